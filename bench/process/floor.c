/* What the job costs at the least: a plain C program with blocking sockets. It takes one response, and has neither
   limits nor time-outs nor any defence. `floor STATE` prints its redirect URI, and then the code that comes with
   this state. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { most_connections = 64, most_bytes = 65536 };

static const char page[] =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Signed in</title>"
    "<p>You are signed in. You can close this tab.</p>";

static struct pollfd entries[most_connections];
static char request[most_bytes];

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static void print(const char* text) {
  const size_t length = strlen(text);
  if (write(STDOUT_FILENO, text, length) != (ssize_t)length) fail("write");
}

static int listen_on_loopback(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  char uri[64];
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0 || bind(listener, (struct sockaddr*)&address, sizeof address) != 0) fail("bind");
  if (listen(listener, SOMAXCONN) != 0) fail("listen");
  if (getsockname(listener, (struct sockaddr*)&address, &length) != 0) fail("getsockname");
  snprintf(uri, sizeof uri, "http://127.0.0.1:%d/callback\n", ntohs(address.sin_port));
  print(uri);
  return listener;
}

/* The value of a parameter of the query, up to the next & or space; its first byte is a pointer into `request`. */
static char* parameter(const char* name) {
  char* at = strchr(request, '?');
  while (at != NULL && at[0] != ' ') {
    const size_t length = strlen(name);
    ++at;
    if (strncmp(at, name, length) == 0 && at[length] == '=') return at + length + 1;
    at = strpbrk(at, "& ");
  }
  return NULL;
}

static void read_request(int connection) {
  size_t length = 0;
  while (length + 1 < sizeof request) {
    const ssize_t got = recv(connection, request + length, sizeof request - 1 - length, 0);
    if (got <= 0) break;
    length += (size_t)got;
    request[length] = '\0';
    if (strstr(request, "\r\n\r\n") != NULL) return;
  }
  request[0] = '\0';
}

static void answer(int connection) {
  char head[256];
  snprintf(head, sizeof head,
           "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %zu\r\n"
           "Cache-Control: no-store\r\nConnection: close\r\n\r\n",
           sizeof page - 1);
  if (send(connection, head, strlen(head), MSG_NOSIGNAL | MSG_MORE) < 0) fail("send");
  if (send(connection, page, sizeof page - 1, MSG_NOSIGNAL) < 0) fail("send");
  shutdown(connection, SHUT_WR);
}

/* Answers what has come, and prints the code. False when it was not the response. */
static int serve(int connection, const char* state) {
  char *code, *given;
  size_t length = strlen(state);
  read_request(connection);
  if (strncmp(request, "GET /callback?", 14) != 0) return 0;
  code = parameter("code");
  given = parameter("state");
  if (code == NULL || given == NULL) return 0;
  if (strncmp(given, state, length) != 0 || strchr("& ", given[length]) == NULL) return 0;
  answer(connection);
  code[strcspn(code, "& ")] = '\0';
  print(code);
  print("\n");
  return 1;
}

int main(int argc, char** argv) {
  nfds_t count = 1;
  nfds_t i;
  if (argc != 2) return 2;
  entries[0].fd = listen_on_loopback();
  entries[0].events = POLLIN;
  for (;;) {
    if (poll(entries, count, -1) < 0) fail("poll");
    for (i = count; i-- > 1;) {
      if (entries[i].revents == 0) continue;
      if (serve(entries[i].fd, argv[1])) return 0;
      close(entries[i].fd);
      entries[i] = entries[--count];
    }
    if ((entries[0].revents & POLLIN) != 0 && count < most_connections) {
      entries[count].fd = accept(entries[0].fd, NULL, NULL);
      entries[count].events = POLLIN;
      if (entries[count].fd >= 0) ++count;
    }
  }
}
