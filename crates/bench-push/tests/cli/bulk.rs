//! Many runs.

use crate::{
    push::{Push, REPORT},
    server::{Act, Server},
};

fn lines(number: usize) -> String {
    let report = REPORT.replace('\n', "");
    (0..number)
        .map(|index| report.replace("m-1", &format!("m-{index}")) + "\n")
        .collect()
}

#[test]
fn a_thousand_runs_go_out_in_one_request_and_one_more_in_two() {
    let server = Server::that([Act::Store]);
    let push = Push::to(&server);
    push.write("r.json", lines(1_000));
    assert_eq!(push.push("").status, 0);
    assert_eq!((server.asked().len(), server.stored()), (1, 1_000));

    push.write("r.json", lines(1_001));
    let done = push.push("");
    assert_eq!((server.asked().len(), server.stored()), (3, 1_001));
    assert!(
        done.talk.ends_with("1 run stored, 1000 stored before\n"),
        "{}",
        done.talk
    );
}

#[test]
fn a_request_that_is_too_large_is_halved_until_it_fits() {
    let page = "<html><title>413 Request Entity Too Large</title></html>";
    for too_large in [
        Act::Answer(413, "", String::new()),
        Act::Answer(413, "Content-Type: text/html\r\n", page.to_owned()),
    ] {
        let server = Server::that([too_large.clone(), too_large, Act::Store]);
        let push = Push::to(&server);
        push.write("r.json", lines(8));

        assert_eq!(push.push("").status, 0);
        let sizes: Vec<usize> = server
            .asked()
            .iter()
            .map(|asked| asked.keys().len())
            .collect();
        assert_eq!(sizes, [8, 4, 2, 2, 2, 2]);
    }
}

#[test]
fn what_could_not_be_sent_of_many_goes_to_the_spool_and_the_rest_is_stored() {
    let server = Server::that([Act::Store, Act::Drop]);
    let push = Push::to(&server);
    push.write("r.json", lines(1_003));

    let done = push.push("--attempts 1");
    assert_eq!(done.status, 5);
    assert!(
        done.talk
            .contains("1,000 runs before it were stored\n  3 runs wait in the spool"),
        "{}",
        done.talk
    );
    assert_eq!(push.spooled().len(), 3);
}
