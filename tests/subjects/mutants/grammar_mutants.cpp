// T7: what is malformed.
#include "edit.hpp"
#include "mutant.hpp"

namespace oauth_callback::mutants {
namespace {

// A lenient server is a strict one that sees mended bytes.
Tampering mends(void (*mend)(std::string&)) { return {.defects = {.on_bytes = mend}}; }

void drop_lines(std::string& bytes, std::string_view start) {
  const std::size_t first = bytes.find(start);
  if (first == std::string::npos) return;
  std::size_t at = first;
  while ((at = bytes.find(start, at + 1)) != std::string::npos) {
    bytes.erase(at, bytes.find("\r\n", at + 2) - at);
  }
}

}  // namespace

void add_grammar_mutants(Mutants& mutants) {
  const auto lenient = [&](std::string id, std::string defect, std::vector<std::string> cases,
                           void (*mend)(std::string&)) {
    mutants.push_back({"T7." + std::move(id), std::move(defect), std::move(cases), mends(mend)});
  };
  lenient("bare-lf", "LF ends a line.",
          {"T7.bare-lf-everywhere", "T7.lf-after-request-line", "T7.lf-fields", "T7.lf-last-line"},
          [](std::string& bytes) {
            replace_all(bytes, "\r\n", "\n");
            replace_all(bytes, "\n", "\r\n");
          });
  lenient("empty-lines", "Empty lines before the request are skipped.",
          {"T7.empty-line-first", "T7.five-empty-lines"}, [](std::string& bytes) {
            while (bytes.starts_with("\r\n")) bytes.erase(0, 2);
          });
  lenient("double-space", "Several blanks count as one.", {"T7.double-space", "T7.double-space-2"},
          [](std::string& bytes) {
            replace_all(bytes, "GET  ", "GET ");
            replace_all(bytes, "  HTTP", " HTTP");
          });
  lenient("obs-fold", "Folded lines are joined.", {"T7.obs-fold", "T7.obs-fold-tab"},
          [](std::string& bytes) {
            replace_all(bytes, "\r\n ", " ");
            replace_all(bytes, "\r\n\t", " ");
          });
  lenient("space-before-colon", "Blanks before the colon are dropped.",
          {"T7.space-before-colon", "T7.tab-before-colon"}, [](std::string& bytes) {
            replace_all(bytes, "Host :", "Host:");
            replace_all(bytes, "X\t:", "X:");
          });
  lenient("no-colon", "A line without a colon is skipped.", {"T7.no-colon"},
          [](std::string& bytes) { replace_all(bytes, "nocolon\r\n", ""); });
  lenient("repeated-host", "The first of several Hosts counts.",
          {"T7.repeated-host", "T7.repeated-same-host"},
          [](std::string& bytes) { drop_lines(bytes, "\r\nHost:"); });
  lenient("no-host", "A request without Host is served.", {"T7.no-host", "T7.no-fields"},
          [](std::string& bytes) {
            if (!contains(bytes, "Host")) bytes.insert(bytes.find("\r\n") + 2, "Host: x\r\n");
          });
  lenient("no-host-1-0", "In HTTP/1.0 none is needed.", {"T7.no-host-1-0"}, [](std::string& bytes) {
    replace_all(bytes, "HTTP/1.0\r\n\r\n", "HTTP/1.0\r\nHost: x\r\n\r\n");
  });
  lenient("nul", "NUL is dropped.", {"T7.nul-in-value", "T7.nul-in-name", "T7.nul-in-host"},
          [](std::string& bytes) { std::erase(bytes, '\0'); });
  lenient("fragment", "A fragment is dropped.", {"T7.fragment"}, [](std::string& bytes) {
    const std::size_t at = bytes.find('#');
    if (at != std::string::npos) bytes.erase(at, bytes.find(' ', at) - at);
  });
  lenient("eight-bit-target", "8-bit bytes in the target are taken.", {"T7.eight-bit-target"},
          [](std::string& bytes) { replace_all(bytes, "\xc3\xa9 HTTP", "e HTTP"); });
  lenient("method-case", "Methods are recognised whatever their case.",
          {"T7.method-lower-case", "T7.method-mixed-case"}, [](std::string& bytes) {
            if (bytes.starts_with("get ") || bytes.starts_with("Get ")) bytes.replace(0, 3, "GET");
          });
  lenient("other-versions", "Other versions are taken for 1.1.",
          {"T7.http-1-2", "T7.http-2", "T7.http-3", "T7.http-0-9-named"}, [](std::string& bytes) {
            for (const char* version : {"HTTP/1.2", "HTTP/2.0", "HTTP/3.0", "HTTP/0.9"}) {
              replace_all(bytes, version, "HTTP/1.1");
            }
          });
  lenient("length-and-coding", "Content-Length is ignored where there is a Transfer-Encoding.",
          {"T7.length-and-coding", "T7.coding-and-length"}, [](std::string& bytes) {
            if (contains(bytes, "Transfer-Encoding"))
              replace_all(bytes, "Content-Length: 4\r\n", "");
          });
  lenient("chunked", "A chunked body is taken for none.", {"T7.chunked-get"},
          [](std::string& bytes) { replace_all(bytes, "Transfer-Encoding: chunked\r\n", ""); });
  lenient("expect", "Expect is ignored.", {"T7.expect", "T7.expect-other", "T7.expect-get"},
          [](std::string& bytes) {
            replace_all(bytes, "Expect:", "X-Expect:");
            replace_all(bytes, "eXPECT:", "X-Expect:");
          });
  lenient("encoded-canonical", "Encodings in canonical values are decoded.", {"T7.encoded-host"},
          [](std::string& bytes) { replace_all(bytes, "127%2E0.0.1", "127.0.0.1"); });
  mutants.push_back({"T7.end-of-file-ends-the-head",
                     "A request that the end of file cut short is served.",
                     {"T7.eof-*"},
                     {.defects = {.serves_refused = true}}});
  mutants.push_back({"T7.other-status",
                     "All that is refused gets the same status.",
                     {"T7.http-2", "T7.method-unknown", "T7.chunked-get", "T7.expect"},
                     {.on_listen = [](ListenRequest& request) {
                       request.refusal = [refusal = request.refusal](int) { return refusal(400); };
                     }}});
  mutants.push_back({"T7.refuses-nothing",
                     "What is malformed reaches the handler.",
                     {"T7.*"},
                     {.defects = {.serves_refused = true}}});
}

}  // namespace oauth_callback::mutants
