"""What happens when something fails, row by row: real processes, both databases, real signals.

Every test is named after its row. A row that lasts runs in tests/chaos, also by `make chaos`.

 row  what fails                                     where it is tested
   1  kill -9 inside a submission                    test_crashes
   2  kill -9 after the commit, before the ring      test_crashes
   3  kill -9 inside a plan                          test_crashes
   4  kill -9 after the plan, before the send        test_crashes
   5  kill -9 after the send, before the record      test_crashes
   6  kill -9 after the record                       test_crashes
   7  random kills of everything                     tests/chaos
   8  a worker stalls beyond its lease, then wakes   test_crashes, deliveries/test_courier
   9  Redis killed, restarted empty                  test_servers_away
  10  Redis frozen                                   test_servers_away
  11  PostgreSQL killed while visitors write         test_servers_away (SQLite has no server)
  12  a lock that another process holds              test_servers_away
  13  the database dies between send and record      test_servers_away
  14  disk full, database read-only                  test_servers_away
  15  channels that hang                             test_receivers
  16  429 with Retry-After                           test_receivers
  17  HTTP 200 that is no success                    test_receivers
  18  answers that drip, answers of a gigabyte       test_receivers
  19  a worker's clock an hour off                   test_clocks (processes on one SQLite file
                                                     share one clock: only the doorbell's part)
  20  the clock is set back an hour                  test_clocks, deliveries/test_clock
  21  twelve planners at once                        test_load
  22  the same text many times at once               test_load
  23  a thousand doorbells                           test_load
  24  jobs expired, timed out, unknown               test_servers_away
  25  old and new workers together                   test_stops (what a newer version adds; two
                                                     versions need two releases)
  26  SIGTERM under load                             test_stops
  27  what kills its worker again and again          test_crashes
  28  a channel changed or removed in flight         test_receivers
  29  a flood of 800 notices                         test_load
  30  one organization floods, the others are quiet  test_load, bench/tenants
  31  a limit that changes                           test_load
  32  CockroachDB asks for a transaction anew        not tested: there is no such server here; on
                                                     PostgreSQL the same error is Unavailable
  33  two processes on one SQLite file               test_stops, tests/chaos
  34  no receiver for a day                          test_receivers
  35  a token ends while many workers send           test_tokens

Nothing of the product is replaced. A process stops exactly where a trigger in the database, a full
port or a receiver holds it up, and long waits end because the stored times are moved into the past.
"""
