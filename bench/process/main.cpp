// bench_process NAME=COMMAND… [--rounds N] [--idle SECONDS] [--markdown FILE]
//
// Plays a whole sign-in with each program, from exec() to exit, and with each kind of client, all
// of them in turn in every round, so that what else the machine does meets all of them. The first
// program is the floor to which the others are compared, unless a program names its own:
// NAME@FLOOR=COMMAND.
#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "flow_posix.hpp"
#include "process_posix.hpp"
#include "statistics.hpp"
#include "subject.hpp"
#include "table.hpp"

namespace oauth_callback::bench {
namespace {

struct Options {
  std::vector<std::string> programs;
  int rounds = 40;
  int idle_seconds = 5;
  std::string markdown;
};

constexpr std::array clients{Client::closes, Client::keeps, Client::keeps_and_is_silent};

std::string page_to_exit(Client client) {
  switch (client) {
    case Client::closes:
      return "page to exit: client closes";
    case Client::keeps:
      return "keeps the connection";
    case Client::keeps_and_is_silent:
      break;
  }
  return "and six silent ones";
}

double microseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

void play_timed(Subject& subject, Client client) {
  Process process(subject.command, false);
  const std::string redirect_uri = process.read_line();
  const Clock::time_point listening = Clock::now();
  // A person signs in meanwhile. Not where the whole is timed.
  if (client != Client::closes) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const Flow flow = play(process, redirect_uri, client);
  subject.add(page_to_exit(client), microseconds(flow.exit.at - flow.page));
  if (client == Client::keeps)
    subject.add("request to result", microseconds(flow.printed - flow.asked));
  if (client != Client::closes) return;
  subject.add("exec to redirect URI", microseconds(listening - process.started()));
  subject.add("exec to exit", microseconds(flow.exit.at - process.started()));
  subject.add("CPU", flow.exit.cpu_us);
}

// All of them wait at the same time, so that it takes no longer than for one.
void watch_waiting(std::vector<Subject>& subjects, std::chrono::seconds idle) {
  std::vector<std::unique_ptr<Process>> processes;
  std::vector<std::string> redirect_uris;
  std::vector<std::size_t> before;
  for (Subject& subject : subjects) {
    processes.push_back(std::make_unique<Process>(subject.command, true));
    redirect_uris.push_back(processes.back()->read_line());
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // until all have gone to sleep
  for (const auto& process : processes) before.push_back(process->context_switches());
  std::this_thread::sleep_for(idle);
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    Process& process = *processes[i];
    subjects[i].add("switches", static_cast<double>(process.context_switches() - before[i]));
    subjects[i].add("RSS waiting", static_cast<double>(process.status("VmRSS")));
    subjects[i].add("threads", static_cast<double>(process.status("Threads")));
    const Flow flow = play(process, redirect_uris[i], Client::closes);
    subjects[i].add("RSS peak", static_cast<double>(flow.exit.peak_kib));
  }
}

void measure_size(Subject& subject) {
  const std::string copy = subject.command.front() + ".stripped";
  const std::string command = "strip -o '" + copy + "' '" + subject.command.front() + "'";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("strip failed");
  subject.add("size", static_cast<double>(std::filesystem::file_size(copy)) / 1024);
  std::filesystem::remove(copy);
}

std::string times_table(const std::vector<Subject>& subjects) {
  const std::vector<std::string> columns{"exec to redirect URI", "request to result",
                                         "exec to exit", "CPU"};
  std::vector<std::string> head{"milliseconds: median (least-most)"};
  head.insert(head.end(), columns.begin(), columns.end());
  for (const Client client : clients) head.push_back(page_to_exit(client));
  Table table(std::move(head));
  for (const Subject& subject : subjects) {
    std::vector<std::string> row{subject.name};
    for (const std::string& column : columns) row.push_back(subject.cell(column, 1000, 2));
    for (const Client client : clients) row.push_back(subject.cell(page_to_exit(client), 1000, 2));
    table.add(std::move(row));
  }
  return table.str();
}

std::string sizes_table(const std::vector<Subject>& subjects) {
  Table table({"while it waits", "RSS, MB", "RSS at its most, MB", "threads", "context switches",
               "stripped, kB"});
  for (const Subject& subject : subjects) {
    table.add({subject.name, subject.cell("RSS waiting", 1000, 2),
               subject.cell("RSS peak", 1000, 2), subject.cell("threads", 1, 0),
               subject.cell("switches", 1, 0), subject.cell("size", 1, 0)});
  }
  return table.str();
}

const Subject& find(const std::vector<Subject>& subjects, const std::string& name) {
  for (const Subject& subject : subjects) {
    if (subject.name == name) return subject;
  }
  throw CLI::ValidationError(name, "is the floor of a program, and not there");
}

double median(const Subject& subject, const std::string& column) {
  return summarise(subject.samples.at(column)).median;
}

std::string ratios_table(const std::vector<Subject>& subjects) {
  Table table({"against its floor", "floor", "exec to exit", "exec to redirect URI", "CPU",
               "request to result", "RSS waiting"});
  for (const Subject& subject : subjects) {
    if (subject.floor == subject.name) continue;
    const Subject& floor = find(subjects, subject.floor);
    const auto ratio = [&](const std::string& column) {
      return fixed(median(subject, column) / median(floor, column), 2) + "x";
    };
    const auto more = [&](const std::string& column) {
      return median(subject, column) - median(floor, column);
    };
    table.add({subject.name, floor.name, ratio("exec to exit"), ratio("exec to redirect URI"),
               ratio("CPU"), fixed(more("request to result") / 1000, 2) + " ms more",
               fixed(more("RSS waiting") / 1000, 2) + " MB more"});
  }
  return table.str();
}

Options parse(int argc, char** argv) {
  Options options;
  CLI::App app("Measures whole sign-ins, from exec() to exit, against a floor.");
  app.add_option("programs", options.programs, "NAME=COMMAND or NAME@FLOOR=COMMAND")->required();
  app.add_option("--rounds", options.rounds, "of each kind of client")->check(CLI::PositiveNumber);
  app.add_option("--idle", options.idle_seconds, "seconds in which context switches are counted");
  app.add_option("--markdown", options.markdown, "where the tables go");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  return options;
}

int main(const Options& options) {
  std::vector<Subject> subjects;
  for (const std::string& program : options.programs)
    subjects.push_back(parse_subject(program, subjects));
  for (Subject& subject : subjects) {
    measure_size(subject);
    Process process(subject.command, false);  // its files are in memory from now on
    play(process, process.read_line(), Client::closes);
  }
  for (int round = 0; round < options.rounds; ++round) {
    for (const Client client : clients) {
      for (Subject& subject : subjects) play_timed(subject, client);
    }
  }
  for (int round = 0; round < 3; ++round)
    watch_waiting(subjects, std::chrono::seconds(options.idle_seconds));

  const std::string text = std::to_string(options.rounds) + " rounds; context switches in " +
                           std::to_string(options.idle_seconds) + " s, three times.\n\n" +
                           times_table(subjects) + "\n" + ratios_table(subjects) + "\n" +
                           sizes_table(subjects);
  publish(text, options.markdown);
  return 0;
}

}  // namespace
}  // namespace oauth_callback::bench

int main(int argc, char** argv) {
  try {
    return oauth_callback::bench::main(oauth_callback::bench::parse(argc, argv));
  } catch (const std::exception& error) {
    std::cerr << "bench_process: " << error.what() << "\n";
    return 1;
  }
}
