//! The lending site in its two builds, and the lab that drives it.
use crate::stamp::{Inputs, unless_current};
use crate::{need, package, sh};
use anyhow::Result;

/// Builds www/dist/a and www/dist/b with the packed tarball, as a customer would install it.
pub fn build() -> Result<()> {
    let tgz = package::package()?;
    need::npm("www")?;
    let root = sh::root();
    let www = root.join("www");
    let packed = Inputs::new().path(&tgz)?.hash();
    let installed = www.join("node_modules/pagemend");
    unless_current(&www.join("node_modules/.xtask-tarball"), &packed, &[installed.join("package.json")], || {
        sh::step("installing the packed tarball into the site", || {
            // npm keeps what it has under the same version: remove it first.
            std::fs::remove_dir_all(&installed).ok();
            let mut install = sh::command("npm");
            install
                .args(["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"])
                .arg(&tgz)
                .current_dir(&www);
            sh::run(&mut install, "run it by hand in www/ to see why")
        })
    })?;
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
    let mut engines = Vec::new();
    for (at, arg) in args.iter().enumerate() {
        if let Some(engine) = arg.strip_prefix("--engine=") {
            engines.push(engine);
        } else if arg == "--engine" {
            engines.extend(args.get(at + 1).map(String::as_str));
        }
    }
    if engines.is_empty() { vec!["chromium", "firefox", "webkit"] } else { engines }
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
    use super::engines_of;

    #[test]
    fn engines_are_read_from_both_spellings_and_default_to_all() {
        let args = |list: &[&str]| list.iter().map(|arg| arg.to_string()).collect::<Vec<_>>();
        assert_eq!(engines_of(&args(&["--engine", "webkit", "--json", "--engine=firefox"])), ["webkit", "firefox"]);
        assert_eq!(engines_of(&args(&["--json"])), ["chromium", "firefox", "webkit"]);
    }
}
