"""Guards against looking ahead, and against bets that nobody could have made.

Each trap has a fixture that fails without its guard: `traps` in this package's `test_traps`, the
`canary` in `test_canary`, `leaky` in `test_leaky_strategies`, `parity` in `test_parity`; `dbt` are
unit tests and singular tests of the dbt project.

trap                                          guarded by
 1 clocks                                   traps: an_offer_is_of_before_the_decision_by_its_clock,
                                            canary: what_is_offered_is_what_the_last_response_…,
                                            dbt: assert_backtest_bets_knew_nothing_later
 2 replay as published or as ingested       traps: what_was_bought_later_counts_by_one_clock_only,
                                            canary: all of it by both clocks
 3 the nearest snapshot                     traps: a_nearer_snapshot_after_the_decision_…,
                                            dbt: only_what_could_be_taken_then_is_offered
 4 prices in play                           traps: what_one_call_showed_in_play_is_not_offered,
                                            dbt: only_what_could_be_taken_then_is_offered
 5 starts edited afterwards                 traps: a_start_that_is_moved_counts_from_…, canary,
                                            dbt: a_decision_goes_by_the_start_as_it_was_announced…
 6 latest by event, not by quote            traps: a_quote_stands_though_a_newer_call_asked_…,
                                            dbt: a_quote_is_as_old_as_the_last_response_that_…,
                                            a_request_kind_is_classified_by_its_own_responses
 7 stale or vanished prices                 traps: a_stale_price_is_not_offered,
                                            a_price_that_is_gone_before_one_could_take_it_…,
                                            nobody_fills_a_price_that_was_not_asked_for_again;
                                            tests/analysis/test_fills.py
 8 books and limits one does not have       traps: the_bet_is_at_the_best_price_of_the_…;
                                            tests/analysis/test_fills.py, test_bankroll.py
 9 the close as a price or a feature        traps: a_bet_is_at_the_price_of_its_decision_…,
                                            strategies_see_nothing_of_results_closes_…; canary
10 aggregates that hold today's game        leaky: what_depends_on_other_moments_is_refused
11 scaling fitted on everything             leaky: what_depends_on_other_moments_is_refused
12 only games that have a close or a result traps: games_without_a_score_or_a_close_are_told_…
13 zeros for books that are missing         traps: a_side_that_is_missing_is_no_zero;
                                            parity: the_consensus_of_others_is_what_plain_python_…
14 an event that bears its score            traps: strategies_see_nothing_of_results_closes_…,
                                            leaky: the_canary_finds_one_that_has_read_the_results
15 the order of the bankroll                traps: the_next_stake_knows_nothing_of_a_game_under_way;
                                            tests/analysis/test_bankroll.py
16 thresholds tuned on the same games       tests/analysis/test_trials.py: the_best_of_many_…;
                                            traps: another_threshold_is_another_trial
17 joins on dates in another time zone      traps: a_time_of_day_is_where_the_league_plays,
                                            canary: games_are_decided_on_when_plain_python_says
18 results before they were known           traps: a_result_settles_from_when_it_could_be_known;
                                            tests/analysis/test_bankroll.py
19 one game from two sources                traps: a_game_seen_by_two_ways_is_one_game,
                                            a_game_that_left_the_feed_settles_nothing
20 sides by their place                     traps: sides_go_by_name_not_by_place; canary (it
                                            shuffles outcomes)
"""
