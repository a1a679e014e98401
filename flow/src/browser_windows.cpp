// windows.h has to come before shellapi.h.
#include <windows.h>
//
#include <objbase.h>
#include <shellapi.h>

#include "browser.hpp"

namespace oauth_callback::detail {

// BROWSER is a list of POSIX command lines; only its "none" means something here.
bool start_browser(const std::string& url) {
  const std::wstring wide(url.begin(), url.end());  // the URL is ASCII
  // Shell extensions may need COM on this thread.
  const HRESULT com = CoInitializeEx(nullptr, COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE);
  const HINSTANCE result =
      ShellExecuteW(nullptr, L"open", wide.c_str(), nullptr, nullptr, SW_SHOWNORMAL);
  if (SUCCEEDED(com)) CoUninitialize();
  return reinterpret_cast<INT_PTR>(result) > 32;
}

}  // namespace oauth_callback::detail
