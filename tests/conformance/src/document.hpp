// The table of cases, for people.
#pragma once

#include <ostream>

#include "cases.hpp"

namespace oauth_callback::conformance {

void print_list(std::ostream& out, const Cases& cases);
void print_markdown(std::ostream& out, const Cases& cases);

}  // namespace oauth_callback::conformance
