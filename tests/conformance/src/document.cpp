#include "document.hpp"

#include <array>
#include <string_view>

namespace oauth_callback::conformance {
namespace {

struct Clause {
  std::string_view id;
  std::string_view title;
};

constexpr std::array<Clause, 29> clauses{{
    {"T1", "what reaches the handler"},
    {"T2", "what goes over the wire"},
    {"T3", "the sockets"},
    {"T4", "many connections"},
    {"T5", "slow requests"},
    {"T6", "large requests"},
    {"T7", "malformed requests"},
    {"T8", "the whole answer arrives"},
    {"T9", "stop"},
    {"T10", "no wake-ups"},
    {"T11", "hooks that block or throw"},
    {"T12", "no side effects on the process"},
    {"H1", "Host is not exactly a name we serve, with our port"},
    {"H2", "prefetch and prerender"},
    {"H3", "an unknown path"},
    {"H4", "other methods"},
    {"H5", "not a navigation"},
    {"H6", "a POST that is not a form"},
    {"H7", "malformed parameters"},
    {"H8", "the same response again"},
    {"H9", "the state"},
    {"H10", "the issuer"},
    {"H11", "neither code nor error"},
    {"H12", "a good response"},
    {"H13", "HEAD"},
    {"H14", "the order of the checks"},
    {"H15", "a page that is held"},
    {"H16", "what the user pastes"},
    {"C", "requests of real browsers"},
}};

std::string_view clause_of(std::string_view id) { return id.substr(0, id.find('.')); }

// Text for a cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '<' || c == '*' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

void print_list(std::ostream& out, const Cases& cases) {
  for (const Case& one : cases) {
    out << one.id << (one.is_long ? " (--soak)" : "") << "\n    " << one.requirement << "\n    ["
        << one.reference << "]\n";
  }
}

void print_markdown(std::ostream& out, const Cases& cases) {
  out << "# The conformance suite\n\n"
         "Printed by the suite itself (`--markdown`). Each case is run over raw sockets against "
         "every backend, "
         "and\nagainst a reference transport with no HTTP library in it. `--filter=ID` runs "
         "one;\nthose marked (long) only "
         "run with `--soak`.\n";
  for (const Clause& clause : clauses) {
    bool first = true;
    for (const Case& one : cases) {
      if (clause_of(one.id) != clause.id) continue;
      if (first) {
        out << "\n## " << clause.id << ": " << clause.title
            << "\n\n| case | requirement | reference |\n|---|---|---|\n";
      }
      first = false;
      out << "| `" << one.id << "`" << (one.is_long ? " (long)" : "") << " | "
          << cell(one.requirement) << " | " << cell(one.reference) << " |\n";
    }
  }
}

}  // namespace oauth_callback::conformance
