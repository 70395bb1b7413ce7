//! The command line: reads the options, runs the command, and says in one sentence what is wrong. Standard output has
//! the line `ready`, the key that `init` made or the report of `verify`, and nothing else; the log goes to standard error.

use clap::Parser;
use clap::error::ErrorKind;
use server::config::{Cli, Command, Init, LetterCommand, LogFormat, Sandbox, Serve, Verify, VerifyLetter};
use server::http::Bounds;
use server::log;
use server::server::Server;
use server::start::{self, SANDBOX_IDENTITIES, StartError};
use std::io::Write;
use std::process::ExitCode;
use tokio::runtime::Runtime;

/// The exit status of a command that could not start.
const EXIT_CANNOT_START: u8 = 2;
/// The exit status of a command that looked at something and found it wrong.
const EXIT_NOT_GOOD: u8 = 1;

fn main() -> ExitCode {
    let done = match Cli::try_parse() {
        Ok(Cli { command: Command::Sandbox(options) }) => sandbox(&options),
        Ok(Cli { command: Command::Serve(options) }) => serve(options),
        Ok(Cli { command: Command::Init(options) }) => init(options),
        Ok(Cli { command: Command::Verify(options) }) => match verify(options) {
            Ok(true) => Ok(()),
            Ok(false) => return ExitCode::from(EXIT_NOT_GOOD),
            Err(error) => Err(error),
        },
        Ok(Cli { command: Command::Letter(LetterCommand::Verify(options)) }) => match letter(&options) {
            Ok(true) => Ok(()),
            Ok(false) => return ExitCode::from(EXIT_NOT_GOOD),
            Err(error) => Err(error),
        },
        Err(error) => usage(&error),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("crossconnect: {error}.");
            ExitCode::from(EXIT_CANNOT_START)
        }
    }
}

/// Help and version are answers; anything else is a mistake, told in one sentence.
fn usage(error: &clap::Error) -> Result<(), StartError> {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        say(&error.to_string());
        return Ok(());
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Err(StartError::new(
            "no command was given; try crossconnect sandbox, or crossconnect --help",
        ));
    }
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    let what = first.strip_prefix("error: ").unwrap_or(first).trim_end_matches(['.', ':']);
    Err(StartError::new(format!(
        "{what}; crossconnect --help and crossconnect COMMAND --help list what there is"
    )))
}

fn sandbox(options: &Sandbox) -> Result<(), StartError> {
    let _log = log::start(&options.log, options.log_format)?;
    let runtime = runtime()?;
    let server = runtime.block_on(start::sandbox(options, &Bounds::default()))?;
    eprint!("{}", banner(&server));
    run(&runtime, server)
}

fn serve(options: Serve) -> Result<(), StartError> {
    let options = options.complete()?;
    let filter = options.log.as_deref().unwrap_or(server::config::LOG_DEFAULT);
    let _log = log::start(filter, options.log_format.unwrap_or(LogFormat::Text))?;
    let runtime = runtime()?;
    let server = runtime.block_on(start::serve(&options, &Bounds::default()))?;
    run(&runtime, server)
}

fn init(options: Init) -> Result<(), StartError> {
    let made = runtime()?.block_on(start::init(&options.complete()?))?;
    say(&made);
    eprintln!("The secret is not shown again. Keep the master key file: without it no secret can be read.");
    Ok(())
}

/// Whether all invariants hold.
fn verify(options: Verify) -> Result<bool, StartError> {
    let report = runtime()?.block_on(server::verify::verify(options))?;
    say(&report.text);
    Ok(report.holds)
}

/// Whether the letter is genuine and within its time.
fn letter(options: &VerifyLetter) -> Result<bool, StartError> {
    let judged = server::verify_letter::verify(options, server::clock::wall_ms())?;
    say(&judged.text);
    Ok(judged.good)
}

fn runtime() -> Result<Runtime, StartError> {
    Runtime::new().map_err(|error| StartError::new(format!("the system gives no threads: {error}")))
}

/// Says that requests are answered, and waits for the signal to stop.
fn run(runtime: &Runtime, server: Server) -> Result<(), StartError> {
    runtime.block_on(async {
        let stopped = stop_signal()?;
        if let Some(address) = server.admin_address() {
            tracing::info!(url = format!("http://{address}"), "admin listener");
        }
        say(&format!("ready {}\n", server.url()));
        stopped.await;
        tracing::info!("stopping");
        server.stop().await;
        Ok(())
    })
}

/// Resolves at SIGTERM or Ctrl-C. The handlers stand once this has returned.
fn stop_signal() -> Result<impl Future<Output = ()>, StartError> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let refused = |error| StartError::new(format!("the system does not let signals be caught: {error}"));
        let mut terminate = signal(SignalKind::terminate()).map_err(refused)?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(refused)?;
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        // Without a handler the system ends the process by itself.
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Writes to standard output. Nobody may be listening there, which is no reason to stop.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

fn banner(server: &Server) -> String {
    let keys = SANDBOX_IDENTITIES.map(|(account, name, _, key_id, secret)| {
        format!("  {name:<13}  account {account}  key {key_id:<10}  secret {secret}\n")
    });
    format!(
        "Crossconnect sandbox at {}. Its keys are public: whoever reaches this address can use it.\n{}",
        server.url(),
        keys.concat()
    )
}
