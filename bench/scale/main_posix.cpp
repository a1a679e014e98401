// bench_scale NAME=COMMAND… [--rounds N] [--markdown FILE] [--data FILE]
//
// How long a callback takes, from connecting to the whole page, while another process keeps silent
// connections open, or opens 200 a second. This program is that other process, too.
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <deque>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "client_posix.hpp"
#include "process_posix.hpp"
#include "statistics.hpp"
#include "subject.hpp"
#include "table.hpp"

namespace oauth_callback::bench {
namespace {

constexpr std::array crowds{0, 10, 100, 1000, 10000};
constexpr int flood_rate = 200;  // connections a second
// Until the server has taken what waited in its backlog.
constexpr std::chrono::milliseconds settling{500};
constexpr const char* self = "/proc/self/exe";

struct Options {
  std::vector<std::string> programs;
  int rounds = 7;
  std::string markdown;
  std::string data;
};

void raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// Until this process is ended.
int play_crowd(std::uint16_t port, int count) {
  raise_descriptor_limit();
  std::vector<Socket> connections;
  for (int i = 0; i < count; ++i) connections.push_back(connect_to(port));
  std::cout << "ready" << std::endl;
  ::pause();
  return 0;
}

int play_flood(std::uint16_t port) {
  std::deque<Socket> connections;
  bool ready = false;
  for (auto next = Clock::now();; next += std::chrono::microseconds(1'000'000 / flood_rate)) {
    std::this_thread::sleep_until(next);
    try {
      connections.push_back(connect_to(port));
    } catch (const std::exception&) {
      return 0;  // the program has ended
    }
    if (connections.size() <= 20) continue;
    connections.pop_front();
    if (!std::exchange(ready, true)) std::cout << "ready" << std::endl;
  }
}

double callback_us(std::uint16_t port) {
  const auto before = Clock::now();
  fetch_page(connect_to(port), callback_request(port));
  return std::chrono::duration<double, std::micro>(Clock::now() - before).count();
}

// `role`: what the other process does; empty: there is none.
double measure(const Subject& subject, std::vector<std::string> role) {
  Process process(subject.command, false);
  const std::string redirect_uri = process.read_line();
  const std::uint16_t port = port_of(redirect_uri);
  std::unique_ptr<Process> others;
  if (!role.empty()) {
    role.insert(role.begin(), self);
    role.insert(role.begin() + 2, std::to_string(port));
    others = std::make_unique<Process>(role, false);
    others->read_line();
    std::this_thread::sleep_for(settling);
  }
  const double time = callback_us(port);
  process.read_line();
  process.wait();
  return time;
}

int main(const Options& options) {
  std::vector<Subject> subjects;
  for (const std::string& program : options.programs)
    subjects.push_back(parse_subject(program, subjects));
  for (int round = 0; round < options.rounds; ++round) {
    for (Subject& subject : subjects) {
      for (const int count : crowds) {
        std::vector<std::string> role;
        if (count > 0) role = {"--crowd", std::to_string(count)};
        subject.add(std::to_string(count), measure(subject, role));
      }
      subject.add("flood", measure(subject, {"--flood"}));
    }
  }

  std::vector<std::string> head{"ms: median (least-most)"};
  for (const int count : crowds) head.push_back(std::to_string(count) + " silent");
  head.push_back(std::to_string(flood_rate) + " a second");
  Table table(std::move(head));
  std::ofstream data(options.data.empty() ? "/dev/null" : options.data);
  for (const Subject& subject : subjects) {
    std::vector<std::string> row{subject.name};
    data << "\"" << subject.name << "\"\n";
    for (const int count : crowds) {
      const std::string column = std::to_string(count);
      row.push_back(subject.cell(column, 1000, 2));
      data << count + 1 << " " << summarise(subject.samples.at(column)).median / 1000 << "\n";
    }
    data << "\n\n";
    row.push_back(subject.cell("flood", 1000, 2));
    table.add(std::move(row));
  }
  const std::string text = std::to_string(options.rounds) + " rounds.\n\n" + table.str();
  publish(text, options.markdown);
  return 0;
}

}  // namespace
}  // namespace oauth_callback::bench

int main(int argc, char** argv) {
  using namespace oauth_callback::bench;
  const std::vector<std::string> words(argv + 1, argv + argc);
  try {
    if (words.size() == 3 && words[0] == "--crowd")
      return play_crowd(static_cast<std::uint16_t>(std::stoi(words[1])), std::stoi(words[2]));
    if (words.size() == 2 && words[0] == "--flood")
      return play_flood(static_cast<std::uint16_t>(std::stoi(words[1])));
    Options options;
    CLI::App app("Measures a callback among other connections.");
    app.add_option("programs", options.programs, "NAME=COMMAND")->required();
    app.add_option("--rounds", options.rounds)->check(CLI::PositiveNumber);
    app.add_option("--markdown", options.markdown, "where the table goes");
    app.add_option("--data", options.data, "where the numbers for the plot go");
    CLI11_PARSE(app, argc, argv);
    return main(options);
  } catch (const std::exception& error) {
    std::cerr << "bench_scale: " << error.what() << "\n";
    return 1;
  }
}
