// H14: the order of the rows.
#include "rows.hpp"

namespace oauth_callback::mutants {
namespace {

// Where both apply, the later row decides.
Tampering swaps(RowNumber first, RowNumber second) {
  return {.on_request = [first, second](Request& request, const Known& known) {
    if (rows()[second].applies(request, known)) rows()[first].mend(request, known);
  }};
}

}  // namespace

void add_order_mutants(Mutants& mutants) {
  const auto swapped = [&](RowNumber first, RowNumber second) {
    const std::string one = std::to_string(first);
    const std::string other = std::to_string(second);
    mutants.push_back({"H14." + other + "-before-" + one,
                       "Row " + other + " is judged before row " + one + ".",
                       {"H14." + one + "-before-" + other},
                       swaps(first, second)});
  };
  swapped(wrong_host, speculative);
  swapped(wrong_host, unknown_path);
  swapped(speculative, unknown_path);
  swapped(speculative, bad_method);
  swapped(unknown_path, bad_method);
  swapped(bad_method, not_navigation);
  swapped(bad_method, not_a_form);
  swapped(not_navigation, not_a_form);
  swapped(not_navigation, malformed);
  swapped(not_a_form, malformed);
  swapped(malformed, wrong_state);
  swapped(wrong_state, wrong_issuer);
  swapped(wrong_state, incomplete);
  swapped(wrong_issuer, incomplete);
  mutants.push_back({"H14.repeated-first",
                     "A repeated response is recognised before anything else is judged.",
                     {"H14.repeated"},
                     forgets(speculative)});
}

}  // namespace oauth_callback::mutants
