// The pages in a program's own words: its name, a way back, another language, and one page of its
// own.
#include <iostream>
#include <oauth_callback/oauth_callback.hpp>

namespace {

// [texts]
oauth_callback::PageTexts in_german() {
  return {.lang = "de",
          .program = "dem Programm",
          .success_title = "Anmeldung angekommen",
          .success_text = "Weiter geht es in {{app_name}}.",
          .refused_title = "Anmeldung abgelehnt",
          .refused_text = "{{app_name}} hat keinen Zugriff bekommen.",
          .provider_text = "Der Anbieter antwortet",
          .return_text = "Zurück zu {{app_name}}",
          .close_text = "Dieser Tab kann geschlossen werden."};  // and so on
}
// [texts]

}  // namespace

int main() try {
  // [pages]
  oauth_callback::Pages pages{.app_name = "Acme Deploy", .return_url = "acme-deploy://signed-in"};
  pages.texts = in_german();
  // [pages]

  // [own_page]
  pages.error_html =
      "<!doctype html><html lang=\"de\"><meta charset=\"utf-8\"><title>{{app_name}}</title>"
      "<style>body { font-family: serif }</style>"
      "<h1>{{app_name}} darf nicht</h1><p>{{error}}: {{error_description}}</p>"
      "<p><a href=\"{{error_uri}}\">Mehr dazu</a></p>";
  // [own_page]

  const auto answer = oauth_callback::get_auth_code(
      {.authorization_url =
           "https://provider.example/authorize?response_type=code&client_id=my-app",
       .server = {.pages = pages}});
  std::cout << answer.code << '\n';
} catch (const std::system_error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
