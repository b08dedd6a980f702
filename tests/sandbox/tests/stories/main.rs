//! What the sandbox promises, told from outside: over real sockets, with a plain HTTP client in the place of a practice program.

mod practice;

mod clock;
mod codes;
mod command_line;
mod connections;
mod control;
mod cuts;
mod faults;
mod odd_servers;
mod proxies;
mod readme;
mod replies;
mod reports;
mod tokens;
