#include "differential/inputs.hpp"

#include <utility>

#include "captures.hpp"
#include "messages.hpp"
#include "wire_rows.hpp"

namespace oauth_callback::differential {

namespace {

using conformance::Sent;

// Every row of contract, part H, for a server that waits for the state S on /callback, and on
// /issuer for one from https://as.example.
std::vector<Input> rows_of_the_handler() {
  const std::string good = "/callback?code=C&state=S";
  const std::vector<Field> form{{"Content-Type", "application/x-www-form-urlencoded"}};
  const std::vector<std::pair<std::string, Sent>> rows{
      {"wrong Host", {.target = good, .host = "evil.example:1"}},
      {"prefetch", {.target = good, .fields = {{"Sec-Purpose", "prefetch"}}}},
      {"unknown path", {.target = "/favicon.ico"}},
      {"PUT", {.method = "PUT", .target = good}},
      {"OPTIONS", {.method = "OPTIONS", .target = good}},
      {"POST where it is not expected",
       {.method = "POST", .target = "/issuer", .fields = form, .body = "code=C"}},
      {"not a navigation", {.target = good, .fields = {{"Sec-Fetch-Mode", "cors"}}}},
      {"in a frame", {.target = good, .fields = {{"Sec-Fetch-Dest", "iframe"}}}},
      {"not a form",
       {.method = "POST", .fields = {{"Content-Type", "text/plain"}}, .body = "code=C&state=S"}},
      {"repeated parameter", {.target = good + "&code=D"}},
      {"broken encoding", {.target = good + "&x=%zz"}},
      {"HEAD of a good response", {.method = "HEAD", .target = good + "&row=1"}},
      {"a good response", {.target = good + "&row=1"}},
      {"the same again", {.target = good + "&row=1"}},
      {"HEAD of the same", {.method = "HEAD", .target = good + "&row=1"}},
      {"no state", {.target = "/callback?code=C"}},
      {"wrong state", {.target = "/callback?code=C&state=T"}},
      {"no issuer", {.target = "/issuer?code=C&state=S"}},
      {"wrong issuer", {.target = "/issuer?code=C&state=S&iss=https://evil.example"}},
      {"incomplete", {.target = "/callback?state=S"}},
      {"a refusal", {.target = "/callback?error=access_denied&error_description=%3Cb%3E&state=S"}},
      {"a posted form", {.method = "POST", .fields = form, .body = "code=P&state=S"}},
      {"the same form again", {.method = "POST", .fields = form, .body = "code=P&state=S"}}};
  std::vector<Input> inputs;
  for (const auto& [name, sent] : rows) inputs.push_back({name, conformance::to_bytes(sent)});
  return inputs;
}

}  // namespace

std::vector<Input> hand_written_inputs() {
  std::vector<Input> inputs = rows_of_the_handler();
  for (const conformance::WireRow& row : conformance::wire_rows()) {
    inputs.push_back({row.id, row.bytes, row.half_close});
    if (!row.half_close) inputs.push_back({row.id + ", half-closed", row.bytes, true});
  }
  return inputs;
}

std::vector<Input> captured_inputs(const std::string& folder) {
  std::vector<Input> inputs;
  for (const conformance::Capture& capture : conformance::load_captures(folder)) {
    for (const conformance::CapturedConnection& connection : capture.connections) {
      inputs.push_back({capture.scenario + "/" + connection.file,
                        conformance::with_authority(connection.bytes, conformance::any_host)});
    }
  }
  return inputs;
}

}  // namespace oauth_callback::differential
