//! What the sandbox promises, told from outside: over real sockets, with a plain HTTP client in the place of a practice program.

mod practice;
mod raw_caller;

mod clock;
mod codes;
mod command_line;
mod connections;
mod control;
mod cuts;
mod endless;
mod endless_proxies;
mod faults;
mod foreign_pages;
mod odd_servers;
mod page;
mod practices;
mod proxies;
mod readme;
mod replies;
mod reports;
mod shown;
mod slow_service;
mod state;
mod strays;
mod tokens;
