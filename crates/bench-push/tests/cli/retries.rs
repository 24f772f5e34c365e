//! Which requests are retried, and that retrying is harmless.

use std::time::{Duration, Instant};

use crate::{
    push::Push,
    server::{Act, Server},
};

fn busy(status: u16) -> Act {
    Act::Answer(status, "", r#"{"message":"busy"}"#.to_owned())
}

#[test]
fn what_passes_is_tried_again_until_it_is_stored() {
    let page = Act::Answer(
        502,
        "Content-Type: text/html\r\n",
        "<html>Bad Gateway</html>".to_owned(),
    );
    for act in [
        busy(408),
        busy(425),
        busy(429),
        busy(500),
        page,
        busy(503),
        busy(504),
        Act::Drop,
    ] {
        let server = Server::that([act, Act::Store]);
        let done = Push::to(&server).push("");
        assert_eq!(done.status, 0, "{}", done.talk);
        assert_eq!((server.asked().len(), server.stored()), (2, 1));
    }
}

#[test]
fn a_retry_after_an_answer_that_was_cut_off_stores_one_run() {
    for act in [Act::StoreThenCut, Act::StoreThenTruncate] {
        let server = Server::that([act, Act::Store]);
        let done = Push::to(&server).push("");

        assert_eq!(done.status, 0, "{}", done.talk);
        assert!(done.out.ends_with("was already stored\n"), "{}", done.out);
        let asked = server.asked();
        assert_eq!(asked.len(), 2);
        assert_eq!(asked[0].keys(), asked[1].keys());
        assert_eq!(server.stored(), 1);
    }
}

#[test]
fn a_server_that_names_a_time_is_not_asked_earlier() {
    let server = Server::that([
        Act::Answer(429, "Retry-After: 2\r\n", "{}".to_owned()),
        Act::Store,
    ]);
    let done = Push::to(&server).push("");

    assert_eq!(done.status, 0);
    assert!(done.talk.contains("trying again in 2.0 s"), "{}", done.talk);
    let asked = server.asked();
    assert!(asked[1].at - asked[0].at >= Duration::from_secs(2));
}

#[test]
fn what_will_not_change_is_not_tried_again() {
    let conflict = Act::Answer(500, "", r#"{"code":"21000","message":"twice"}"#.to_owned());
    for act in [
        busy(400),
        busy(401),
        busy(403),
        busy(404),
        busy(406),
        busy(409),
        busy(413),
        busy(422),
        conflict,
    ] {
        let server = Server::that([act]);
        let push = Push::to(&server);
        let done = push.push("");
        assert_eq!((done.status, server.asked().len()), (4, 1), "{}", done.talk);
        assert!(push.spooled().is_empty());
    }
}

#[test]
fn a_hanging_server_is_left_in_time() {
    let server = Server::that([Act::Hang]);
    let push = Push::to(&server);
    let start = Instant::now();
    let done = push.push("--timeout 0.3 --attempts 10 --give-up-after 1.5");

    assert_eq!(done.status, 5, "{}", done.talk);
    assert!(
        start.elapsed() < Duration::from_secs(4),
        "{:?}",
        start.elapsed()
    );
    assert!(
        done.talk
            .starts_with("error: `127.0.0.1` did not answer within "),
        "{}",
        done.talk
    );
    assert_eq!(push.spooled().len(), 1);
}
