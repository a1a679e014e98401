# Also included by the installed package.
find_package(Poco QUIET COMPONENTS Foundation Net)
set(OAUTH_CALLBACK_POCO_FOUND ${Poco_FOUND})
