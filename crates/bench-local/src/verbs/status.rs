use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::ExitCode,
};

use crate::{
    cli::FolderArgs,
    data_folder::{DataFolder, Stack},
    failure::Failure,
    gateway::{PartReport, Report},
    ports,
};

/// Reports whether the stack runs and the state of its parts; status 1 if one doesn't respond.
pub(crate) fn run(args: &FolderArgs) -> Result<ExitCode, Failure> {
    let folder = DataFolder::open(&args.data_dir)?;
    let stack = if folder.is_in_use()? {
        folder.read_stack()
    } else {
        None
    };
    let Some(stack) = stack else {
        println!("not running");
        return Ok(ExitCode::from(1));
    };
    let Some(report) = report(&stack) else {
        println!(
            "starting, or not answering at {} (process {})",
            stack.url(),
            stack.process.pid
        );
        return Ok(ExitCode::from(1));
    };
    print!("{}", render(&stack, &report));
    Ok(ExitCode::from(u8::from(report.status != "ok")))
}

/// The response of `/health`, if there is one.
pub(super) fn report(stack: &Stack) -> Option<Report> {
    let host = if stack.host.is_unspecified() {
        IpAddr::V4(Ipv4Addr::LOCALHOST)
    } else {
        stack.host
    };
    let body = ports::get(SocketAddr::new(host, stack.port), "/health").ok()?;
    serde_json::from_str(&body).ok()
}

fn render(stack: &Stack, report: &Report) -> String {
    let Report {
        status: _,
        postgresql,
        postgrest,
    } = report;
    format!(
        "running at {} (process {})\n{}{}",
        stack.url(),
        stack.process.pid,
        line("PostgreSQL", postgresql),
        line("PostgREST", postgrest),
    )
}

fn line(name: &str, part: &PartReport) -> String {
    let PartReport {
        version,
        answers,
        restarts,
    } = part;
    let state = if *answers {
        "answers"
    } else {
        "does not answer"
    };
    let restarts = match restarts {
        0 => String::new(),
        1 => ", was started again once".to_owned(),
        n => format!(", was started again {n} times"),
    };
    format!("{name:<11} {version:<8} {state}{restarts}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processes::Process;

    #[test]
    fn a_part_that_had_to_be_started_again_is_told() {
        let stack = Stack {
            process: Process {
                pid: 812,
                started: String::new(),
            },
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 54321,
            postgres_port: 20_000,
            allowed_hosts: Vec::new(),
            dashboard: None,
        };
        let report = Report {
            status: "unavailable".to_owned(),
            postgresql: PartReport {
                version: "15.18".to_owned(),
                answers: true,
                restarts: 0,
            },
            postgrest: PartReport {
                version: "12.0.2".to_owned(),
                answers: false,
                restarts: 2,
            },
        };

        insta::assert_snapshot!(render(&stack, &report), @r"
        running at http://127.0.0.1:54321 (process 812)
        PostgreSQL  15.18    answers
        PostgREST   12.0.2   does not answer, was started again 2 times
        ");
    }
}
