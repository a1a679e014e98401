// Stands before the allocator. The sanitizers have malloc for themselves; there, C++'s operators
// are replaced instead.
#include <cerrno>
#include <cstdlib>
#include <new>

#include "injector.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OAUTH_CALLBACK_FAULTS_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OAUTH_CALLBACK_FAULTS_SANITIZED
#endif
#endif

namespace {

using oauth_callback::faults::Call;
using oauth_callback::faults::count_allocation;

bool fails() noexcept {
  const int error = oauth_callback::faults::fault_for(Call::allocation);
  if (error != 0) errno = error;
  return error != 0;
}

void* counted(void* memory) noexcept {
  if (memory != nullptr) count_allocation(1);
  return memory;
}

}  // namespace

#ifndef OAUTH_CALLBACK_FAULTS_SANITIZED

extern "C" {

void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* memory);

void* malloc(size_t size) noexcept { return fails() ? nullptr : counted(__libc_malloc(size)); }

void* calloc(size_t count, size_t size) noexcept {
  return fails() ? nullptr : counted(__libc_calloc(count, size));
}

void* realloc(void* memory, size_t size) noexcept {
  if (fails()) return nullptr;
  void* const moved = __libc_realloc(memory, size);
  if (memory == nullptr) return counted(moved);
  if (size == 0) count_allocation(-1);
  return moved;
}

void* memalign(size_t alignment, size_t size) noexcept {
  return fails() ? nullptr : counted(__libc_memalign(alignment, size));
}

void* aligned_alloc(size_t alignment, size_t size) noexcept { return memalign(alignment, size); }

int posix_memalign(void** memory, size_t alignment, size_t size) noexcept {
  *memory = memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}

void free(void* memory) noexcept {
  if (memory != nullptr) count_allocation(-1);
  __libc_free(memory);
}

}  // extern "C"

#else

namespace {

void* allocate(std::size_t size, std::size_t alignment = 0) {
  void* memory = nullptr;
  if (!fails()) {
    if (size == 0) size = 1;
    memory = alignment == 0
                 ? std::malloc(size)
                 : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  }
  if (memory == nullptr) throw std::bad_alloc();
  return counted(memory);
}

void release(void* memory) noexcept {
  if (memory != nullptr) count_allocation(-1);
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return fails() ? nullptr : counted(std::malloc(size == 0 ? 1 : size));
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return fails() ? nullptr : counted(std::malloc(size == 0 ? 1 : size));
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { release(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { release(memory); }

#endif
