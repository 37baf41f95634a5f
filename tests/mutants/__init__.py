"""Plants bugs of one line, one at a time, and asks whether the tests that judge the line see them.

`python -m tests.mutants` (`make mutants`) plants each of `lists/*.toml` in a copy of the tree under
`data/mutants`, never in this one, and runs what the list names as its judges. A bug is `caught`
where they fail, has `survived` where all pass, and is `undecided` where the time was up or nothing
was tested. The exit status is 1 where more than 5 % of those decided survived. What was decided is
kept for as long as neither the product nor the judges change: a run that was ended goes on.

mutmut and cosmic-ray plant in Python alone; here half of the rules stand in SQL, macros and CSV.
"""
