// Everything a program needs to receive an OAuth authorization response.
#pragma once

#include "oauth_callback/callback_server.hpp"
#include "oauth_callback/errors.hpp"
#include "oauth_callback/flow.hpp"
#include "oauth_callback/options.hpp"
#include "oauth_callback/pending_callback.hpp"
#include "oauth_callback/result.hpp"
#include "oauth_callback/runtime_select.hpp"
