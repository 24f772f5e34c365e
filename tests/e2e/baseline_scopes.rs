//! Which baseline counts: the database, the command line and the pages give one answer, whatever was marked and cleared.

use bench_tests::{Browser, Stack, report, site};
use serde_json::{Value, json};

/// What counts for a configuration: the run and the scope it was marked with.
type Counts = Option<(String, String)>;

/// Four configurations: two prompts of a model, another model on the same data, and other data.
const CONFIGURATIONS: [(&str, &str, &str); 4] = [
    ("alpha", "data-1", "prompt-1"),
    ("alpha", "data-1", "prompt-2"),
    ("beta", "data-1", "prompt-1"),
    ("alpha", "data-2", "prompt-1"),
];

/// `baseline set` or `baseline clear`: verb, configuration, scope.
struct Mark(&'static str, usize, &'static str);

/// Whose run counts for each configuration, and by which scope.
type Wanted = [Option<(usize, &'static str)>; 4];

/// What is marked, and what counts then.
const STEPS: [(&[Mark], Wanted); 8] = [
    (&[], [None; 4]),
    // A baseline of one configuration says nothing of another prompt.
    (
        &[Mark("set", 0, "configuration")],
        [Some((0, "configuration")), None, None, None],
    ),
    (
        &[Mark("set", 2, "dataset")],
        [
            Some((0, "configuration")),
            Some((2, "dataset")),
            Some((2, "dataset")),
            None,
        ],
    ),
    (
        &[Mark("set", 0, "model")],
        [
            Some((0, "configuration")),
            Some((0, "model")),
            Some((2, "dataset")),
            None,
        ],
    ),
    (
        &[Mark("set", 1, "configuration")],
        [
            Some((0, "configuration")),
            Some((1, "configuration")),
            Some((2, "dataset")),
            None,
        ],
    ),
    (
        &[
            Mark("clear", 0, "configuration"),
            Mark("clear", 1, "configuration"),
        ],
        [
            Some((0, "model")),
            Some((0, "model")),
            Some((2, "dataset")),
            None,
        ],
    ),
    (
        &[Mark("clear", 1, "model")],
        [
            Some((2, "dataset")),
            Some((2, "dataset")),
            Some((2, "dataset")),
            None,
        ],
    ),
    (&[Mark("clear", 0, "dataset")], [None; 4]),
];

/// The ids of two runs of each configuration, the older first, with a commit of their own each.
fn store(stack: &Stack) -> Vec<[String; 2]> {
    let reports = (0_u32..)
        .zip(CONFIGURATIONS)
        .flat_map(|(place, (model, dataset, prompt))| {
            [0_u32, 1].map(|day| {
                let mut run = report(model, 0.9);
                run["dataset_version"] = json!(dataset);
                run["prompt_version"] = json!(prompt);
                run["created_at"] = json!(format!("2026-02-{:02}T12:00:00Z", 1 + day));
                run["commit_sha"] = json!(format!("c0ffee{place}{day}"));
                run
            })
        });
    let ids = site::store(stack, reports);
    ids.chunks(2)
        .map(|pair| [pair[0].clone(), pair[1].clone()])
        .collect()
}

fn in_sql(stack: &Stack, (model, dataset, prompt): (&str, &str, &str)) -> Counts {
    let rows = stack.postgres().rows(&format!(
        "select transaction_id, found_by from public.baseline_for('{model}', '{dataset}', '{prompt}', 'local')"
    ));
    let row = rows.expect("a query").into_iter().next()?;
    Some((row[0].clone()?, row[1].clone()?))
}

fn on_the_command_line(stack: &Stack, run: &str) -> Counts {
    let check = stack
        .push()
        .args(["check", run, "--format", "json"])
        .run()
        .json();
    let baseline = &check["runs"][0]["baseline"];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    Some((text(&baseline["id"])?, text(&baseline["found_by"])?))
}

/// What the page of a run says, and the newest mark of Trends.
fn on_the_pages(
    browser: &Browser,
    stack: &Stack,
    run: &str,
    commits: &[(String, String)],
) -> [Counts; 2] {
    browser.open(&format!("{}/runs/{run}", stack.url()));
    browser.settle();
    let said = browser.script(
        "return document.querySelector('[aria-labelledby=metrics] .block-head p').innerText",
    );
    let said = said.as_str().unwrap_or_default().to_owned();
    let href = browser.script(
        "return [...document.querySelectorAll('.ways a')].find(one => one.innerText === 'Compare with the baseline')?.getAttribute('href') ?? null",
    );
    let id = href.as_str().and_then(|href| {
        let (_, rest) = href.split_once("run=")?;
        Some(rest.split('&').next()?.to_owned())
    });
    let scope = ["configuration", "model", "data set"]
        .into_iter()
        .find(|scope| said.contains(&format!("the baseline of its {scope}")));
    let scope = scope.map(|scope| scope.replace("data set", "dataset"));
    let of_run = id.zip(scope);

    let configuration = stack.postgres().one(&format!(
        "select configuration_id from public.benchmark_transactions where id = '{run}'"
    ));
    browser.open(&format!(
        "{}/trends?config={configuration}&metric=f1&range=all",
        stack.url()
    ));
    browser.wait_until("document.querySelector('.trend-chart .canvas')?.dataset.drawn === 'true'");
    let newest = browser.script(
        "return [...document.querySelectorAll('[aria-labelledby=happened] tbody tr')].map(row => row.innerText).find(row => row.includes('baseline')) ?? ''",
    );
    let newest = newest.as_str().unwrap_or_default();
    let commit = commits
        .iter()
        .find(|(commit, _)| newest.contains(commit.as_str()));
    let of_trends = commit.map(|(_, run)| (run.clone(), String::new()));
    [of_run, of_trends]
}

#[test]
fn page_command_line_and_database_agree_on_the_baseline_that_counts() {
    let stack = Stack::start();
    let runs = store(&stack);
    let browser = Browser::start();
    let commits: Vec<(String, String)> = (0..CONFIGURATIONS.len())
        .map(|place| (format!("c0ffee{place}0"), runs[place][0].clone()))
        .collect();
    // Marks are of the older runs, and the newer ones are judged.
    let say = |Mark(verb, place, scope): &Mark| {
        let call = ["baseline", verb, &runs[*place][0], "--scope", scope];
        stack.push().args(call).run().success();
    };

    for (number, (marks, wanted)) in STEPS.into_iter().enumerate() {
        marks.iter().for_each(say);
        for (place, wanted) in wanted.into_iter().enumerate() {
            let about = format!("step {number}, configuration {place}");
            let wanted: Counts = wanted.map(|(of, scope)| (runs[of][0].clone(), scope.to_owned()));
            let current = &runs[place][1];
            assert_eq!(
                in_sql(&stack, CONFIGURATIONS[place]),
                wanted,
                "{about}, in SQL"
            );
            assert_eq!(
                on_the_command_line(&stack, current),
                wanted,
                "{about}, check"
            );
            let [of_run, of_trends] = on_the_pages(&browser, &stack, current, &commits);
            assert_eq!(of_run, wanted, "{about}, the page of the run");
            let run = |counts: Counts| counts.map(|(run, _)| run);
            assert_eq!(run(of_trends), run(wanted), "{about}, trends");
        }
    }
    assert_eq!(browser.console(), [""; 0]);
}

#[test]
fn a_baseline_is_set_without_an_id_if_one_run_is_meant_and_refused_with_candidates_otherwise() {
    let stack = Stack::start();
    let ids = store(&stack);
    let set = |words: &[&str]| stack.push().args(["baseline", "set"]).args(words).run();
    let [model, data] = ["--model-version", "--dataset-version"];

    // Two prompts: both are named.
    let refused = set(&[model, "alpha", data, "data-1", "--latest"]).ends_with(2);
    for run in [&ids[0][1], &ids[1][1]] {
        assert!(refused.all().contains(run.as_str()), "{}", refused.all());
    }
    set(&[
        model,
        "alpha",
        data,
        "data-1",
        "--prompt-version",
        "prompt-2",
        "--latest",
    ])
    .success()
    .says(&ids[1][1]);
    // Two runs of one configuration: the commit decides.
    set(&[model, "beta", data, "data-1"])
        .ends_with(2)
        .says(&ids[2][0]);
    set(&[model, "beta", data, "data-1", "--commit-sha", "c0ffee20"])
        .success()
        .says(&ids[2][0]);
    set(&[model, "betta", "--latest"])
        .ends_with(2)
        .says("did you mean `--model-version beta`?");
    set(&[]).ends_with(2);

    // The first digits of an id.
    set(&[&ids[3][0][..13], "--scope", "dataset", "--reason", "first"])
        .success()
        .says(&ids[3][0]);
    set(&["ffffffff"])
        .ends_with(2)
        .says("there is no run that matches");
    stack
        .push()
        .args(["check", &ids[3][1][..13], "--no-record"])
        .run()
        .success()
        .says("alpha");
    stack
        .push()
        .args([
            "baseline",
            "clear",
            &ids[3][0][..13],
            "--scope",
            "dataset",
            "--reason",
            "no more",
        ])
        .run()
        .success();

    let list = |words: &[&str]| {
        stack
            .push()
            .args(["baseline", "list"])
            .args(words)
            .run()
            .success()
    };
    let in_force = list(&[data, "data-1", "--scope", "configuration"]).all();
    assert!(
        in_force.contains(&ids[1][1]) && in_force.contains(&ids[2][0]),
        "{in_force}"
    );
    assert!(!list(&[data, "data-2"]).all().contains(&ids[3][0]));
    list(&[data, "data-2", "--history"])
        .says(&ids[3][0])
        .says("first")
        .says("no more");
}

#[test]
fn the_latest_with_a_tag_is_one_that_counts_and_of_the_one_configuration_that_has_it() {
    let stack = Stack::start();
    let run = |model: &str, day: usize, counts: bool| {
        let id = format!("{day:08}-0000-4000-8000-000000000000");
        let row = format!(
            "('{id}', 'abc123', '{model}', 'd', 'p', 'ci', '{{\"f1\": 0.9}}', '2026-01-{day:02}', '{{nightly}}', {counts}, '{id}')"
        );
        let sql = format!(
            "insert into public.benchmark_transactions (id, commit_sha, model_version, dataset_version, prompt_version, environment, \
               metrics, created_at, tags, is_mainline, run_id) values {row}"
        );
        stack.postgres().execute(&sql).expect("a run");
        id
    };
    let set = |words: &[&str]| stack.push().args(["baseline", "set"]).args(words).run();
    // Many more of one than are listed as candidates.
    let of_rare = run("rare", 1, true);
    let ids: Vec<String> = (2..=20).map(|day| run("frequent", day, day < 20)).collect();
    let retracted = &ids[ids.len() - 2];
    stack
        .push()
        .args(["retract", retracted, "--reason", "wrong data"])
        .run()
        .success();
    let latest = &ids[ids.len() - 3];

    let refused = set(&["--tag", "nightly", "--latest"]).ends_with(2);
    for id in [latest, &of_rare] {
        assert!(refused.all().contains(id.as_str()), "{}", refused.all());
    }
    for by in [["--tag", "nightly"], ["--commit-sha", "abc123"]] {
        let words = [&["--model-version", "frequent", "--latest"][..], &by].concat();
        set(&words).success().says(latest);
    }
}
