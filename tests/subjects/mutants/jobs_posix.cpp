#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <map>
#include <system_error>
#include <thread>

#include "check.hpp"
#include "jobs.hpp"
#include "oauth_callback/spi/socket.hpp"
#include "peer.hpp"

namespace oauth_callback::mutants {
namespace {

// More than there are processors: most mutants are waited for.
constexpr std::size_t at_once = 8;
// Longer than a case waits for anything; a mutant that hangs is to be noticed by hanging.
constexpr unsigned patience = static_cast<unsigned>(conformance::patience.count()) * 4;
constexpr unsigned patience_with_hanging = static_cast<unsigned>(conformance::patience.count()) + 5;

constexpr char kind_passed = 'p';
constexpr char kind_failed = 'f';
constexpr char kind_skipped = 's';
constexpr std::size_t max_message = 4000;  // a pipe takes that without a reader

struct Running {
  std::size_t job = 0;
  Socket message;  // the end to read from
};

// The first byte tells what became of the case, the rest why.
void tell(int message, char kind, std::string_view why) {
  std::string text = kind + std::string(why.substr(0, max_message));
  if (::write(message, text.data(), text.size()) < 0) std::abort();
}

// Ends without the exit handlers: what a broken server leaves behind is no concern of theirs.
[[noreturn]] void run_case(const Job& job, int message) {
  const bool hangs = job.mutant != nullptr && job.mutant->noticed == Noticed::by_hanging;
  ::alarm(hangs ? patience_with_hanging : patience);
  // A sanitizer starts a thread of its own together with the first of ours; it is not to be
  // counted.
  std::thread([] {}).join();
  try {
    job.test_case->body(make_subject(job.mutant != nullptr ? job.mutant->tampering : Tampering{}));
    tell(message, kind_passed, {});
  } catch (const conformance::Skipped& skipped) {
    tell(message, kind_skipped, skipped.what());
  } catch (const std::exception& failure) {
    tell(message, kind_failed, failure.what());
  }
  ::raise(SIGKILL);
  std::abort();
}

pid_t start(const Job& job, Socket& reader) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  reader.reset(ends[0]);
  const Socket writer(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) run_case(job, writer.get());
  return child;
}

Verdict read_verdict(int status, const Socket& reader) {
  std::array<char, max_message + 1> buffer;
  const ssize_t got = ::read(reader.get(), buffer.data(), buffer.size());
  if (got > 0) {
    const std::string why(buffer.data() + 1, static_cast<std::size_t>(got - 1));
    switch (buffer[0]) {
      case kind_passed:
        return {Verdict::Kind::passed, why};
      case kind_skipped:
        return {Verdict::Kind::skipped, why};
      default:
        return {Verdict::Kind::failed, why};
    }
  }
  if (!WIFSIGNALED(status)) {
    return {Verdict::Kind::died, "exit status " + std::to_string(WEXITSTATUS(status))};
  }
  const int signal = WTERMSIG(status);
  return {signal == SIGALRM ? Verdict::Kind::hung : Verdict::Kind::died,
          "signal " + std::to_string(signal)};
}

}  // namespace

std::string_view to_string(Verdict::Kind kind) noexcept {
  switch (kind) {
    case Verdict::Kind::passed:
      return "passed";
    case Verdict::Kind::skipped:
      return "was skipped";
    case Verdict::Kind::failed:
      return "failed";
    case Verdict::Kind::died:
      return "died";
    case Verdict::Kind::hung:
      return "hung";
  }
  return "?";
}

std::vector<Verdict> run_jobs(const std::vector<Job>& jobs) {
  std::vector<Verdict> verdicts(jobs.size());
  std::map<pid_t, Running> running;
  std::size_t next = 0;
  while (next < jobs.size() || !running.empty()) {
    while (next < jobs.size() && running.size() < at_once) {
      Running started{next, {}};
      const pid_t child = start(jobs[next++], started.message);
      running.emplace(child, std::move(started));
    }
    int status = 0;
    const pid_t ended = ::wait(&status);
    const auto found = running.find(ended);
    if (found == running.end()) continue;
    verdicts[found->second.job] = read_verdict(status, found->second.message);
    running.erase(found);
  }
  return verdicts;
}

}  // namespace oauth_callback::mutants
