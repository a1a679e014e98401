// The rows of the contract, part H: when one applies to a request, and how to make it not apply. A
// handler that forgets a row is a handler that never sees such a request.
#pragma once

#include <array>

#include "mutant.hpp"

namespace oauth_callback::mutants {

struct Row {
  bool (*applies)(const Request&, const Known&);
  void (*mend)(Request&, const Known&);
};

enum RowNumber : std::size_t {
  wrong_host = 1,
  speculative,
  unknown_path,
  bad_method,
  not_navigation,
  not_a_form,
  malformed,
  repeated,
  wrong_state,
  wrong_issuer,
  incomplete
};

// By RowNumber; the repeated response is none that could be mended.
const std::array<Row, 12>& rows();

Tampering forgets(RowNumber row);

}  // namespace oauth_callback::mutants
