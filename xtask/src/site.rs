//! The lending site in its two builds, and the lab that drives it.
use crate::stamp::{Inputs, unless_current};
use crate::{need, package, sh};
use anyhow::Result;

/// Builds www/dist/a and www/dist/b with the packed tarball, as a customer would install it.
pub fn build() -> Result<()> {
    let packed = package::installed("www")?;
    let www = sh::root().join("www");
    let hash = Inputs::new().text(&packed).path(&www)?.hash();
    let outputs = ["a", "b"].map(|build| www.join("dist").join(build).join("index.html"));
    unless_current(&package::stamps().join("site"), &hash, &outputs, || {
        sh::step("building the lending site twice (before and after a deployment)", || {
            sh::run(sh::command("node").arg("build.mjs").current_dir(&www), "see the message above")
        })
    })
}

/// The engines that the lab's arguments ask for; without any, all three.
pub fn engines_of(args: &[String]) -> Vec<&str> {
    let engines = values(args, "--engine");
    if engines.is_empty() { vec!["chromium", "firefox", "webkit"] } else { engines }
}

/// Whether the lab's arguments ask for this suite.
pub fn asks_for(args: &[String], suite: &str) -> bool {
    values(args, "--suite").contains(&suite)
}

/// What is given for an option, in both of its spellings.
fn values<'a>(args: &'a [String], option: &str) -> Vec<&'a str> {
    let mut values = Vec::new();
    for (at, arg) in args.iter().enumerate() {
        if arg == option {
            values.extend(args.get(at + 1).map(String::as_str));
        } else if let Some(value) = arg.strip_prefix(option).and_then(|rest| rest.strip_prefix('=')) {
            values.push(value);
        }
    }
    values
}

/// Lets the lab judge its arguments.
pub fn lab_check(args: &[String]) -> Result<()> {
    build_lab()?;
    check(lab_command(), args)
}

/// Lets a program judge its arguments, so that help and a wrong one are answered before anything is installed or built.
pub fn check(mut program: std::process::Command, args: &[String]) -> Result<()> {
    let help = args.iter().any(|arg| arg == "--help" || arg == "-h");
    let answered = !program.args(args).arg("--parse-only").status()?.success();
    if answered || help {
        std::process::exit(i32::from(answered) * 2);
    }
    Ok(())
}

pub fn lab(args: &[String]) -> Result<()> {
    build_lab()?;
    match lab_command().args(args).status()?.code() {
        Some(0) => Ok(()),
        code => anyhow::bail!(
            "the lab ended with {}; each failed row is explained above",
            code.map_or("a signal".into(), |code| format!("exit status {code}"))
        ),
    }
}

/// What the suite `stacks` needs: its npm packages, the packed tarball among them as a customer would install it, a receiver and the lab.
pub fn stacks(args: &[String]) -> Result<()> {
    need::browsers(&["chromium"])?;
    // The receiver is the fault server, which wants a site.
    build()?;
    build_server()?;
    package::installed("tests/stacks")?;
    lab(args)
}

pub fn build_server() -> Result<()> {
    let mut build = sh::cargo();
    build.args(["build", "--quiet", "--package", "pagemend-server"]);
    sh::step("compiling the fault server", || sh::run(&mut build, "see the compiler's message above"))
}

pub fn build_lab() -> Result<()> {
    let mut build = sh::cargo();
    build.args(["build", "--quiet", "--package", "pagemend-lab"]);
    sh::step("compiling the lab", || sh::run(&mut build, "see the compiler's message above"))
}

pub fn lab_command() -> std::process::Command {
    sh::command(sh::cargo_target().join("debug/pagemend-lab"))
}

#[cfg(test)]
mod tests {
    use super::{asks_for, engines_of};

    #[test]
    fn engines_are_read_from_both_spellings_and_default_to_all() {
        let args = |list: &[&str]| list.iter().map(|arg| arg.to_string()).collect::<Vec<_>>();
        assert_eq!(engines_of(&args(&["--engine", "webkit", "--json", "--engine=firefox"])), ["webkit", "firefox"]);
        assert_eq!(engines_of(&args(&["--json"])), ["chromium", "firefox", "webkit"]);
        assert!(asks_for(&args(&["--json", "--suite=stacks"]), "stacks"));
        assert!(!asks_for(&args(&["--suite", "walk", "--row", "stacks"]), "stacks"));
    }
}
