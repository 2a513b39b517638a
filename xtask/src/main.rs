//! The project's commands: `cargo xtask setup | package | docs | demo | test | lab | bench`.
mod bench;
mod demo;
mod docs;
mod need;
mod package;
mod port;
mod sh;
mod site;
mod stamp;
mod test;
mod tools;

use anyhow::Result;
use clap::{CommandFactory, Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "The project's commands",
    arg_required_else_help = true
)]
struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Installs everything that any other command needs
    Setup,
    /// Builds the npm package target/npm/pagemend-<version>.tgz and holds it to its size budgets
    Package,
    /// Writes the README's tables: options from their description, pkg-config/src/options.ts, and sizes as they were built last; with --site builds and
    /// serves the documentation
    Docs(docs::Args),
    /// Serves the lending site with its fault panel and incident view, and the documentation with its fault lab; with --headless walks every fault in Chromium
    Demo(demo::Args),
    /// Everything that CI runs
    Test,
    /// The fault matrix and the suites in real browsers; every argument is passed on (try `cargo xtask lab --help`)
    #[command(disable_help_flag = true)]
    Lab {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Measurements
    Bench(bench::Args),
}

fn main() -> std::process::ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return misunderstood(&error),
    };
    let done = match args.verb {
        Verb::Setup => need::everything(),
        Verb::Package => package::package().map(|tgz| println!("{}", tgz.display())),
        Verb::Docs(args) => docs::run(&args),
        Verb::Demo(args) => demo::run(&args),
        Verb::Test => test::run(),
        Verb::Lab { args } => lab(&args),
        Verb::Bench(args) => bench::run(&args),
    };
    match done {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nfailed: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

/// clap names a similar verb, if there is one; a newcomer wants all of them.
fn misunderstood(error: &clap::Error) -> std::process::ExitCode {
    error.print().ok();
    if error.kind() == clap::error::ErrorKind::InvalidSubcommand {
        let known: Vec<_> = Args::command().get_subcommands().map(|verb| verb.get_name().to_string()).collect();
        eprintln!("known: {}", known.join(", "));
    }
    std::process::ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

fn lab(args: &[String]) -> Result<()> {
    // Only help and a wrong argument end without a browser: let the lab answer those before anything is installed.
    site::lab_check(args)?;
    if site::asks_for(args, "stacks") {
        return site::stacks(args);
    }
    need::browsers(&site::engines_of(args))?;
    site::build()?;
    site::lab(args)
}
