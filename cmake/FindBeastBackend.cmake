# Boost.Beast is header-only, so the headers are all that is needed. Also included by the installed package.
find_package(Boost 1.74 QUIET)
set(OAUTH_CALLBACK_BEAST_FOUND ${Boost_FOUND})
set(OAUTH_CALLBACK_BEAST_HEADER_ONLY TRUE)
