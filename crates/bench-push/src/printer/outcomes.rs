//! Each verb's outcome, composed of its status, its sentences and its JSON.

use serde_json::Value;

use crate::{
    context::Context,
    exit,
    failure::Failure,
    printer::{
        github::{self, append::ReportError},
        human, json,
        outcome::{Outcome, Told},
    },
    verbs::{
        alert::{AlertBacktest, AlertList, AlertsSent, Digest, Evaluated, Said, Tested},
        backtest::Backtest,
        baseline::BaselineDone,
        change_point::ChangePointDone,
        check::{Checked, CheckedPush},
        compare::Compared,
        doctor::Diagnosis,
        flush::Flushed,
        gate::Explained,
        history::Histories,
        metric::MetricDone,
        push::Pushed,
        retract::RetractionDone,
        schema::Applied,
    },
};

impl Outcome for Failure {
    fn status(&self) -> u8 {
        self.status()
    }

    fn told(&self) -> Told {
        human::failure::failure(self)
    }

    fn json(&self) -> Value {
        json::failure::failure(self)
    }
}

impl<T: Outcome> Outcome for Result<T, Failure> {
    fn status(&self) -> u8 {
        self.as_ref().map_or_else(Outcome::status, Outcome::status)
    }

    fn told(&self) -> Told {
        self.as_ref().map_or_else(Outcome::told, Outcome::told)
    }

    fn json(&self) -> Value {
        self.as_ref().map_or_else(Outcome::json, Outcome::json)
    }

    fn tell_workflow(&self, context: &Context) -> Result<(), ReportError> {
        match self {
            Ok(done) => done.tell_workflow(context),
            Err(failure) => failure.tell_workflow(context),
        }
    }
}

impl Outcome for Pushed {
    fn status(&self) -> u8 {
        self.status()
    }

    fn told(&self) -> Told {
        human::push::pushed(self)
    }

    fn json(&self) -> Value {
        json::push::pushed(self)
    }

    fn tell_workflow(&self, context: &Context) -> Result<(), ReportError> {
        github::push::report(self, context)
    }
}

impl Outcome for CheckedPush {
    fn status(&self) -> u8 {
        self.checked.status()
    }

    fn told(&self) -> Told {
        let Self { pushed, checked } = self;
        let (mut told, found) = (pushed.told(), checked.told());
        told.out.push_str(&found.out);
        told.talk.push_str(&found.talk);
        told
    }

    fn json(&self) -> Value {
        let Self { pushed, checked } = self;
        let mut object = pushed.json();
        object["check"] = checked.json();
        object["success"] = (checked.status() == exit::DONE).into();
        object["status"] = checked.status().into();
        object
    }

    fn tell_workflow(&self, context: &Context) -> Result<(), ReportError> {
        self.checked.tell_workflow(context)
    }
}

impl Outcome for Checked {
    fn status(&self) -> u8 {
        self.status()
    }

    fn told(&self) -> Told {
        human::check::checked(self)
    }

    fn json(&self) -> Value {
        json::check::checked(self)
    }

    fn tell_workflow(&self, context: &Context) -> Result<(), ReportError> {
        github::check::report(self, context)
    }
}

impl Outcome for Compared {
    fn status(&self) -> u8 {
        self.status()
    }

    fn told(&self) -> Told {
        human::compare::compared(self)
    }

    fn json(&self) -> Value {
        json::compare::compared(self)
    }
}

impl Outcome for Histories {
    fn status(&self) -> u8 {
        exit::DONE
    }

    fn told(&self) -> Told {
        human::history::histories(self)
    }

    fn json(&self) -> Value {
        json::history::histories(self)
    }
}

impl Outcome for Backtest {
    fn status(&self) -> u8 {
        exit::DONE
    }

    fn told(&self) -> Told {
        human::backtest::backtested(self)
    }

    fn json(&self) -> Value {
        json::backtest::backtested(self)
    }
}

impl Outcome for Explained {
    fn status(&self) -> u8 {
        exit::DONE
    }

    fn told(&self) -> Told {
        human::gate::explained(self)
    }

    fn json(&self) -> Value {
        json::gate::explained(self)
    }
}

impl Outcome for ChangePointDone {
    fn status(&self) -> u8 {
        exit::DONE
    }

    fn told(&self) -> Told {
        human::change_point::change_point(self)
    }

    fn json(&self) -> Value {
        json::change_point::change_point(self)
    }
}

impl Outcome for BaselineDone {
    fn status(&self) -> u8 {
        exit::DONE
    }

    fn told(&self) -> Told {
        human::baseline::baseline(self)
    }

    fn json(&self) -> Value {
        json::baseline::baseline(self)
    }
}

impl Outcome for RetractionDone {
    fn status(&self) -> u8 {
        exit::DONE
    }

    fn told(&self) -> Told {
        human::retract::retraction(self)
    }

    fn json(&self) -> Value {
        json::retract::retraction(self)
    }
}

impl Outcome for MetricDone {
    fn status(&self) -> u8 {
        exit::DONE
    }

    fn told(&self) -> Told {
        human::metric::metric(self)
    }

    fn json(&self) -> Value {
        json::metric::metric(self)
    }
}

impl Outcome for Flushed {
    fn status(&self) -> u8 {
        self.status()
    }

    fn told(&self) -> Told {
        human::flush::flushed(self)
    }

    fn json(&self) -> Value {
        json::flush::flushed(self)
    }
}

impl Outcome for Diagnosis {
    fn status(&self) -> u8 {
        self.status()
    }

    fn told(&self) -> Told {
        human::doctor::diagnosis(self)
    }

    fn json(&self) -> Value {
        json::doctor::diagnosis(self)
    }
}

impl Outcome for Applied {
    fn status(&self) -> u8 {
        exit::DONE
    }

    fn told(&self) -> Told {
        human::schema::applied(self)
    }

    fn json(&self) -> Value {
        json::schema::applied(self)
    }
}

impl Outcome for Evaluated {
    fn status(&self) -> u8 {
        self.sent.as_ref().map_or(exit::DONE, AlertsSent::status)
    }

    fn told(&self) -> Told {
        human::alert::evaluated(self)
    }

    fn json(&self) -> Value {
        json::alert::evaluated(self, self.status())
    }
}

impl Outcome for AlertsSent {
    fn status(&self) -> u8 {
        self.status()
    }

    fn told(&self) -> Told {
        human::alert::sent(self)
    }

    fn json(&self) -> Value {
        json::alert::sent(self)
    }
}

impl Outcome for AlertList {
    fn status(&self) -> u8 {
        exit::DONE
    }

    fn told(&self) -> Told {
        human::alert::list(self)
    }

    fn json(&self) -> Value {
        json::alert::list(self)
    }
}

impl Outcome for Said {
    fn status(&self) -> u8 {
        exit::DONE
    }

    fn told(&self) -> Told {
        human::alert::said(self)
    }

    fn json(&self) -> Value {
        json::alert::said(self)
    }
}

impl Outcome for Tested {
    fn status(&self) -> u8 {
        exit::DONE
    }

    fn told(&self) -> Told {
        human::alert::tested(self)
    }

    fn json(&self) -> Value {
        json::alert::tested(self)
    }
}

impl Outcome for AlertBacktest {
    fn status(&self) -> u8 {
        exit::DONE
    }

    fn told(&self) -> Told {
        human::alert::backtested(self)
    }

    fn json(&self) -> Value {
        json::alert::backtested(self)
    }
}

impl Outcome for Digest {
    fn status(&self) -> u8 {
        exit::DONE
    }

    fn told(&self) -> Told {
        human::alert::digest(self)
    }

    fn json(&self) -> Value {
        json::alert::digest(self)
    }
}
