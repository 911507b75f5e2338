"""The checks that the console is judged by, and the tests that hold them: one that is missing, or a
test that was renamed, fails here.

By requests where no script and no layout is at stake, else in a browser."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.documents import parsed

ROOT = Path(__file__).parent

CHECKS: dict[str, dict[str, list[str]]] = {
    "25 an empty installation": {
        "web/console/test_first_run.py": [
            "test_it_works",
            "test_it_works_once",
            "test_a_stranger_s_code_opens_nothing",
        ],
        "app/test_setup.py": ["test_a_link_works_once", "test_a_guessed_link_opens_nothing"],
        "browser/test_first_minute.py": ["test_two_things_are_typed_and_a_person_saw_the_test"],
    },
    "26 the first minute with a fake platform": {
        "browser/test_first_minute.py": [
            "test_two_things_are_typed_and_a_person_saw_the_test",
            "test_a_tap_on_the_phone_turns_the_page_on_the_desk",
        ],
        "web/console/test_start.py": [
            "test_it_is_noted_who_saw_it",
            "test_a_test_message_goes_the_whole_way",
            "test_a_site_that_may_not_show_the_form_is_no_step_done",
        ],
    },
    "27 signing in, and a session that ends during a note": {
        "web/console/test_auth.py": [
            "test_no_other_address_is",
            "test_a_note_outlives_the_sign_in_without_any_script",
        ],
        "browser/test_console.py": ["test_a_note_outlives_a_sign_in_in_another_tab"],
        "browser/test_sign_in.py": [
            "test_wrong_ones_tell_nothing_and_then_it_counts_down",
            "test_a_page_elsewhere_is_never_the_next_one",
            "test_a_note_outlives_a_sign_in_of_two_steps",
        ],
        "web/console/test_second_factor.py": [
            "test_what_was_being_written_waits_behind_both_steps",
        ],
        "web/console/test_login.py": ["test_a_password_manager_knows_the_fields"],
    },
    "28 requests from elsewhere": {
        "web/console/test_auth.py": [
            "test_no_route_of_the_console_forgets_a_check",
            "test_looking_never_changes_anything",
            "test_only_our_own_pages_may_post",
            "test_a_token_that_is_not_this_session_s_is_refused",
        ],
    },
    "39 a test is green only when the platform says so": {
        "web/console/test_channels.py": [
            "test_a_test_is_green_only_when_the_platform_said_so",
            "test_what_is_no_yes_is_never_green_is_tried_once_and_logged_as_a_test",
        ],
        "app/channels/test_outcomes.py": [
            "test_whatever_a_platform_answers_only_its_table_ends_a_notice"
        ],
        "app/deliveries/test_trial.py": ["test_a_send_that_does_not_end_is_ended"],
        "browser/test_settings.py": [
            "test_a_refused_test_is_never_green_and_a_mended_channel_is_told_what_it_missed"
        ],
    },
    "40 what is pasted": {
        "app/channels/test_paste.py": [
            "test_it_is_known_what_was_pasted",
            "test_a_robots_address_is_refused_by_every_other_kind_and_its_own_is_named_once",
        ],
        "web/console/test_channel_paste.py": ["test_it_is_taken_along_to_its_own_kind"],
        "web/console/test_channel.py": ["test_another_platform_s_address_is_recognised"],
        "browser/test_channels.py": [
            "test_another_platforms_address_changes_the_form_and_a_test_says_what_to_do"
        ],
    },
    "41 secrets stay": {
        "web/console/test_channel.py": [
            "test_a_secret_never_comes_back",
            "test_untouched_keeps_typed_replaces_ticked_removes",
            "test_what_is_typed_is_tested_before_it_is_saved",
            "test_a_saved_secret_stands_in_for_an_untouched_one",
        ],
        "app/channels/test_secrecy.py": ["test_a_secret_is_hidden_however_it_is_written"],
    },
    "42 a channel that dies and is mended": {
        "app/deliveries/test_record.py": [
            "test_a_broken_channel_is_announced_once_through_those_that_work"
        ],
        "web/console/test_deliveries.py": [
            "test_a_broken_channel_is_named_on_every_page_until_it_works"
        ],
        "web/console/test_channel_back.py": ["test_what_it_missed_is_offered_and_sent_once"],
        "browser/test_settings.py": [
            "test_a_refused_test_is_never_green_and_a_mended_channel_is_told_what_it_missed"
        ],
    },
    "43 the log, and sending again": {
        "web/console/test_deliveries.py": [
            "test_as_it_was_and_as_it_would_be_now",
            "test_all_failed_ones_after_a_page_that_says_how_many_and_how_long",
        ],
        "app/deliveries/test_replay.py": [
            "test_all_failed_of_a_channel_go_again_under_the_limit",
            "test_a_replay_can_be_stopped",
        ],
        "browser/test_deliveries.py": ["test_the_log_follows_what_happens_and_then_stands_still"],
    },
    "44 templates": {
        "browser/test_deliveries.py": ["test_a_template_is_previewed_while_it_is_typed"],
        "web/console/test_notice_templates.py": [
            "test_a_fault_is_named_with_place_and_suggestion_and_nothing_typed_is_lost",
            "test_what_is_previewed_is_text_never_markup",
        ],
        "app/channels/test_every_text.py": [
            "test_hostile_text_calls_nobody_and_leads_nowhere",
            "test_only_the_content_is_cut_to_the_limit",
        ],
        "app/notices/test_templates.py": ["test_what_is_no_json_is_refused"],
    },
    "45 the form": {
        "browser/test_form.py": [
            "test_a_form_is_built_published_and_filled_in",
            "test_fields_move_by_keyboard_and_by_dragging",
        ],
        "web/console/test_form_builder.py": [
            "test_a_page_that_is_open_still_submits_the_version_it_shows",
            "test_sample_choices_are_not_published",
            "test_who_cancels_a_new_field_has_none",
        ],
    },
    "46 office hours": {
        "app/hours/test_clock.py": [
            "test_a_night_shift_belongs_to_the_day_on_which_it_begins",
            "test_promised_time_skips_the_holiday_and_uses_the_make_up_day",
        ],
        "app/presence/test_change.py": ["test_what_is_set_by_hand_wins_until_its_end"],
        "app/presence/test_decide.py": ["test_a_heartbeat_of_ninety_seconds_ago_is_over"],
        "browser/test_presence.py": [
            "test_hours_are_set_without_any_script",
            "test_an_agent_goes_online_and_every_page_and_the_admin_see_it",
        ],
        "browser/widget/test_presence.py": [
            "test_it_hides_while_somebody_is_there_and_returns_when_they_leave"
        ],
    },
}


@cache
def named_in(path: str) -> frozenset[str]:
    tree = parsed(ROOT / path)
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(each.name for each in tree.body if isinstance(each, kinds))


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_has_its_tests(check: str) -> None:
    missing = [
        f"{path}::{name}"
        for path, names in CHECKS[check].items()
        for name in names
        if name not in named_in(path)
    ]
    assert missing == []


def test_no_check_is_missing() -> None:
    assert [int(check.split()[0]) for check in CHECKS] == [*range(25, 29), *range(39, 47)]
