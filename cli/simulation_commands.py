"""The commands of simulations: fleets, plans, scenarios, classes, and fixtures for other software's tests."""

from __future__ import annotations

from .frame.lazy_loading import LazyEntry, group, lazy

SIMULATION: dict[str, LazyEntry] = {
    "simulate": group(
        "Generate a simulated fleet, and let its time pass.",
        "A simulated fleet, and its virtual clock.",
        {
            "company": lazy("simulate.fleet.company", "Generate a company's certificates from a seed, and bind them."),
            "fleet": lazy("simulate.fleet.fleet", "Generate a fleet of devices from a seed, and enroll it."),
            "run": lazy("simulate.simulate.run", "Let the virtual clock run, and play what happens."),
            "status": lazy("simulate.simulate.status", "Show the clock, the fleet and its renewal."),
            "fix": lazy("simulate.fix.fix", "End what makes devices fail together."),
            "stop": lazy("simulate.simulate.stop", "Stop the running simulator."),
            "speed": lazy("simulate.simulate.speed", "Change the speed of the running simulator."),
            "outage": lazy("simulate.outage.outage", "Begin or plan an outage of a push service or the server."),
            "outages": lazy("simulate.outage.outages", "List the simulated outages."),
            "end-outage": lazy("simulate.outage.end_outage", "End a simulated outage now."),
            "log": lazy("simulate.simulate.log", "List what happened to the devices."),
            "history": lazy("simulate.simulate.history", "Show how many devices were in management over time."),
            "campaign": group(
                "Tell people to re-enroll their devices.",
                "A campaign: people don't re-enroll a device by themselves, they have to be told.",
                {
                    "start": lazy("simulate.campaign.start", "Tell the users of devices that must re-enroll."),
                    "status": lazy("simulate.campaign.status", "Show who has answered, and what it has cost."),
                    "end": lazy("simulate.campaign.end", "Send no more mail, cancel visits."),
                },
            ),
        },
    ),
    "plan": group(
        "Plans: dated actions in a file, run on a fleet or a simulation.",
        "A plan is a TOML file of dated actions, such as renewals so many a day or ring by ring.",
        {
            "check": lazy("plan.plan.check", "Check a plan file, and whether the workspace knows what it names."),
            "show": lazy("plan.plan.show", "Show what a plan file does."),
            "run": lazy("plan.plan.run", "Carry out what is due, or let a simulated fleet live by the plan."),
            "status": lazy("plan.plan.status", "Show how far the plans are, and what waits for you."),
            "done": lazy("plan.handling.done", "Say that you have done what a plan left to you."),
            "pause": lazy("plan.handling.pause_plan", "Carry nothing out until it is resumed."),
            "resume": lazy("plan.handling.resume_plan", "Go on after a pause."),
            "stop": lazy("plan.handling.stop_plan", "End a plan before its last action."),
            "from-audit": lazy("plan.from_audit.from_audit", "Write what was done in the workspace as a plan."),
            "rings": lazy("plan.rings.rings", "Write a plan that renews in rings, from the smallest pilot on."),
        },
    ),
    "scenario": group(
        "Learn on a scenario: events, objectives, points, and a debrief.",
        "Scenarios: workspaces in which something has to be done in time, with events, objectives, points, hints and a "
        "debrief.",
        {
            "list": lazy("scenario.list_scenarios", "List the scenarios that come with certfleet."),
            "start": lazy("scenario.start", "Start a scenario in a new workspace."),
            "files": lazy("scenario.files", "Write the files that it hands to you."),
            "status": lazy("scenario.status", "Show the time, the points, and the objectives."),
            "hint": lazy("scenario.hint", "Get the next hint, which costs points."),
            "report": lazy("scenario.report", "Show the debrief."),
            "check": lazy("scenario.check", "Check a scenario file."),
        },
    ),
    "fixture": group(
        "Certificates, fleets and archives for the tests of other software.",
        "Fixtures for the tests of other software: good and bad files, with a manifest that says which is which.",
        {
            "export": lazy("fixture.fixture.export", "Write a folder of fixtures, with a manifest."),
            "check": lazy("fixture.fixture.check", "Run a program over the fixtures, and compare with the manifest."),
            "serve": lazy("fixture.serve.serve", "Serve the good and bad chains over TLS, with CRL and OCSP."),
            "bombs": lazy("fixture.bombs.bombs", "Find the certificates in a repository that will expire."),
        },
    ),
    "class": group(
        "A class on a scenario: a workspace for each person, and a report.",
        "A class: a workspace of the same scenario for each person, and a report of where everybody is.",
        {
            "create": lazy("classroom.create", "Make a workspace of a scenario for each person."),
            "report": lazy("classroom.report", "Rank the people by points, with times and what cost most."),
            "watch": lazy("classroom.watch", "Watch the people as they work."),
        },
    ),
}
