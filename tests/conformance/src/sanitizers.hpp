// What the program was compiled with.
#pragma once

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define OAUTH_CALLBACK_THREAD_SANITIZER
#elif __has_feature(address_sanitizer)
#define OAUTH_CALLBACK_ADDRESS_SANITIZER
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define OAUTH_CALLBACK_THREAD_SANITIZER
#elif defined(__SANITIZE_ADDRESS__)
#define OAUTH_CALLBACK_ADDRESS_SANITIZER
#endif

namespace oauth_callback::conformance {

// How much memory of the system a byte of the program's may take, and how many MiB that were freed
// it may keep.
#if defined(OAUTH_CALLBACK_THREAD_SANITIZER)
inline constexpr bool has_thread_sanitizer = true;
inline constexpr unsigned memory_factor = 6;
inline constexpr unsigned quarantine_mib = 0;
#elif defined(OAUTH_CALLBACK_ADDRESS_SANITIZER)
inline constexpr bool has_thread_sanitizer = false;
inline constexpr unsigned memory_factor = 1;
inline constexpr unsigned quarantine_mib = 256;
#else
inline constexpr bool has_thread_sanitizer = false;
inline constexpr unsigned memory_factor = 1;
inline constexpr unsigned quarantine_mib = 0;
#endif

}  // namespace oauth_callback::conformance
