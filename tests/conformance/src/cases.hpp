// The table of cases.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "oauth_callback/conformance.hpp"

namespace oauth_callback::conformance {

struct Case {
  std::string id;           // CLAUSE.what-is-tested
  std::string requirement;  // one sentence
  std::string reference;    // an RFC's section, or what was measured
  std::function<void(const Subject&)> body;
  bool is_long = false;  // takes minutes: only with --soak
};

using Cases = std::vector<Case>;

// Each file of cases adds its own.
void add_t1(Cases&);
void add_t2(Cases&);
void add_t3(Cases&);
void add_t3_processes(Cases&);
void add_t4_t5(Cases&);
void add_wire(Cases&);  // T6, T7 and the rest of T1: one case per row of the table of bytes
void add_t6(Cases&);    // T6 again, and T4: what a flood costs
void add_t8(Cases&);
void add_t9(Cases&);
void add_t9_server(Cases&);
void add_t9_storms(Cases&);
void add_t10(Cases&);
void add_t11_t12(Cases&);
void add_decisions(Cases&);  // H1 to H7
void add_responses(Cases&);  // H8 to H13
void add_hold(Cases&);       // H15
void add_hold_again(Cases&);
void add_order(Cases&);
void add_flows(Cases&);
void add_paste(Cases&);  // H16
void add_long(Cases&);
void add_captures(Cases&, const std::string& folder);

// All of them. Without a folder of captures, those that need one are left out.
Cases all_cases(const std::string& captures);

}  // namespace oauth_callback::conformance
