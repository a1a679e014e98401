#include "cases.hpp"

namespace oauth_callback::conformance {

Cases all_cases(const std::string& captures) {
  Cases cases;
  add_t1(cases);
  add_t2(cases);
  add_t3(cases);
  add_t3_processes(cases);
  add_t4_t5(cases);
  add_wire(cases);
  add_t6(cases);
  add_t8(cases);
  add_t9(cases);
  add_t9_server(cases);
  add_t9_storms(cases);
  add_t10(cases);
  add_t11_t12(cases);
  add_decisions(cases);
  add_responses(cases);
  add_hold(cases);
  add_hold_again(cases);
  add_order(cases);
  add_flows(cases);
  add_paste(cases);
  add_long(cases);
  if (!captures.empty()) add_captures(cases, captures);
  return cases;
}

}  // namespace oauth_callback::conformance
