"""The migrations: what once was committed stays as it is, and stands on its own."""

from __future__ import annotations

import ast
import hashlib
import importlib
import re
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
from piccolo.apps.migrations.auto.migration_manager import AddColumnClass, MigrationManager
from piccolo.columns import OnDelete, Text

from tests.documents import ROOT, nodes
from tests.test_tree import imports

FOLDER = ROOT / "app" / "piccolo_migrations"
ID = re.compile(r'^ID = "(.+)"$', re.MULTILINE)
FILES = sorted(path for path in FOLDER.glob("*.py") if path.name != "__init__.py")
COMMITTED = {
    "app_2026_11_29_tables.py": "1e506dd135244272679fc9beffe0a3dfec0b6e5175457074a5d4d23a174fd0d4",
    "app_2026_11_29_indexes.py": "53055c5ab4d7b79cd708d5cdab2f6647619cae42267adbf83a952f8fcb172000",
    "app_2026_11_29_labels.py": "04b5d8ab9b87a3ad6465e5689ae8bb2c444ae75e02cf4cb3243a231a1ca3eff5",
    "app_2026_11_30_duty.py": "ffa8c51986e236925bb6aeedf4bd96a1b9b816e1537c9de2d4d94965f4addc2a",
    "app_2026_11_29_filled.py": "84614d9bdbb98cb2c5180ba2dc167c00851d2d61a397bc0e7c77668426ad0cb5",
    "app_2026_11_29_team.py": "67375f65eb88bd5a86d59a14466a62238288d84f8b74ccf900ca3ff65b0431f4",
    "app_2026_11_29_team_filled.py": (
        "b58ec7682bc4393e1e487c3be113916ea032419b5010b6b438071332d82d838f"
    ),
    "app_2026_11_29_search.py": "d00448c4af197d6ab1e8edbddfa6b63904a6158e23eda033d46fd692c654ace9",
    "app_2026_11_29_search2.py": "8f5567fd7fa5ebf3158421ca81839af079f2494a3ac67f7335e56cfb00c6b6cc",
    "app_2026_11_29_rules.py": "70de4ae5cf1e96dc7b6f97c8b652f4d4c8145fbad87b8a373a2f6a0e5aff8dfd",
    "app_2026_11_29_rules_indexed.py": (
        "5a17b0eb354cee519e1828fdfca9da8b01be6a5b4df6d8a7b28a9b93f18dec8a"
    ),
    "app_2026_11_29_quiet.py": "57c8d7ae4e402354222fc62328adb9556d8b8c2b5c34d6855097ed0d15df04f7",
    "app_2026_11_29_reminders.py": (
        "7f81eebcfb5808b26786468bb2d5a710900d9b32eb54543847ae8142122c82a2"
    ),
    "app_2026_11_29_turns.py": "95e8fce09a796ad5490ae194b582145e492ee10a35a9cdc524d8d8560ab1c760",
    "app_2026_11_29_turns_indexed.py": (
        "9cdfce13d435cbcee9b172608d5a6d826682ebd9beaefa4bf4c005ac711b6ab6"
    ),
    "app_2026_11_29_views.py": "6e659f0d61565b48f41498df315ed17ec9ddfcb7d2a0dbeadc7f4ea96908ce9d",
    "app_2026_11_29_views_indexed.py": (
        "f9918e25a4249e3823e8eeffbdbc92aaf0162cc4c65df3755f218bf96ec96668"
    ),
    "app_2026_11_29_outcomes.py": (
        "58694d4b1599dce67fa0b3da27aa4d4000c3d346f0b1543575a1ca29c10ef2e6"
    ),
    "app_2026_11_29_outcomes_indexed.py": (
        "04bc817e2c6d1ec28d58414b0da1575e20efdd90001bcf7c00f948f6e2586335"
    ),
    "app_2026_11_29_long_acts.py": (
        "a26f6abb0299f8e5b9824ff7cb9296b0dfc1ed499b624272e825fa8f7ccec9b9"
    ),
    "app_2026_11_29_long_acts_indexed.py": (
        "c1dbb2390459797068b327e3ca418c87c80bf2742055e9a2ff00e3d476d527dc"
    ),
    "app_2026_11_29_phrases.py": (
        "4cb54b56eb4e71209c63b8f67f970709ec0cd44bbebcefcaed21e653f3f4c9e5"
    ),
    "app_2026_11_29_phrases_indexed.py": (
        "809d279a4b8b70ffb820c29eb2a823378fb0f6d4b20e45a3e426eb7445393bdd"
    ),
    "app_2026_11_29_wechat.py": "0260808e138a74b156052036248af913bd6db0aac75d7c303527d3c3ab3f96d9",
    "app_2026_11_29_wechat_filled.py": (
        "6809f63c03408bdf3f9699324708bfae688d78c147cc6593b963249085f234fb"
    ),
    "app_2026_11_29_mentions.py": (
        "5749fdbe298106f2699c5c406abc02fd1a9c42f4b9b741e624de9ee4a0162799"
    ),
    "app_2026_11_29_mentions_indexed.py": (
        "88f1c2300c6e7226e9af71097609bdfdcb7ca986595620a6f053b8c1c793c9ab"
    ),
    "app_2026_11_29_blocks.py": "90583fde59b875265b8c03d5f010cdc6a432f62272116a3bf0d347b8f06a5e66",
    "app_2026_11_29_blocks_filled.py": (
        "c9c22e9965a7efeb4d811420e4ad08ad049e2e040b96f9d9b9207a632c10bab3"
    ),
    "app_2026_11_29_blocks_dropped.py": (
        "049ee089ade0e0096c1ac5a6b7c920b934be169f5c78eaae0b9f5a0e902b13bc"
    ),
    "app_2026_11_29_searched.py": (
        "a6c78f6002af75e5afbf863e1cd2fecc3c1e7a029a7dad355b4bc7220448fe11"
    ),
    "app_2026_11_29_handlers.py": (
        "4c1f691fccce0b829dd43093db6890ebd9fc68513d706aa8cd617dca7a75a370"
    ),
    "app_2026_11_29_rare.py": "3c0e7f7910aa1d651a618312fe0c46e2683d5778207d26e5ab2f73ec1d7bd799",
    "app_2026_11_29_block_acts.py": (
        "d05658611a6d747357ffb413bd2dac0e57ecd8a790f48635c9b6de8b8ced4bf4"
    ),
    "app_2026_11_30_audit.py": ("6d57f3eed32db323b1ffcfcd2d0e41d7571c98dcc0455f502e2a18d3ede2ff86"),
    "app_2026_11_30_audit_indexed.py": (
        "8e92380c5fccba8558a308c1af698e3ad56ec1506021ed4c16c9f60f4b92acb8"
    ),
    "app_2026_11_30_history.py": (
        "ef590e1c7bb5552a0bff3db48a0e654531d15a88840f29db9b431937e2ad3e41"
    ),
    "app_2026_11_30_history_indexed.py": (
        "cc304109c7aaf5fd93ad5c49d8e456a6d3a6794df72153ec583c4f81a0d3bdfc"
    ),
    "app_2026_11_29_widget_wechat.py": (
        "1284c2c2a5b37606d09560d07169d9098dda09b43a91b5b60d38fdb0e8c220fb"
    ),
    "app_2026_11_29_mentions_each.py": (
        "7c86b448f2e46989068a32ba7ce64e8d50943bae4e65eb62af366d1127cf3775"
    ),
    "app_2026_11_29_received.py": (
        "3695a935f6bac1eb57695c04a8f2da907de5aec49a052c26c541b7d920d9f9ef"
    ),
    "app_2026_11_29_people.py": "969c9d4032328290780f1f0c64287d70a5ce12d801b1a196741d00b4ba0eeec0",
    "app_2026_11_29_people_indexed.py": (
        "26135f99683628a5c2e5a39cfa8353b27b2924e79883db112b8c2a0bca51609f"
    ),
    "app_2026_11_29_waits.py": "f70b5476c5683e162904b49df5e7b50524f9ecbf3b5290bbb3f39941ac0574df",
    "app_2026_11_29_waits_filled.py": (
        "1f7ebfec4d7f562eda5e8faf75f75bb3f55dcd2257c374407e84de0246fdc222"
    ),
    "app_2026_11_29_personal.py": (
        "72f317159a3330b1fef51ea2bcad917a39a852b5e200ce3e1e31f8fcb79b5625"
    ),
    "app_2026_11_29_personal_indexed.py": (
        "01e716f219b3b1458809a6bb960c0adeed4f3be30a0b0e2577226e0449d961ac"
    ),
    "app_2026_11_29_settled.py": (
        "438e08ea3c3fa2bbca1f6b22d2257e46451628956734c52753a5b8718df67249"
    ),
    "app_2026_11_29_people_maker.py": (
        "70b8bfa7994714e8a292c9ea799088564c4a237d64498493685a090a9e93cc9c"
    ),
    "app_2026_11_29_personal_found.py": (
        "606e834d3c84f289bec0a56a713589b8ac89cd288512e248aa3eb3d89526b177"
    ),
    "app_2026_11_29_checked.py": (
        "a752340d656d7efcbd5835e456b37e44b60ccaf9c5add94d1f39fc8ec454888d"
    ),
    "app_2026_11_30_api_kept_answers.py": (
        "2cac2418e087860aa3a58fda50e7cadd456c8de69fc63db1b633b19ae463b95a"
    ),
    "app_2026_11_30_api_kept_answers_indexed.py": (
        "6578dd628e7a6bd64f7540293fe992016d14d6dac3444f3531a9e3c178da0b48"
    ),
    "app_2026_11_30_mailin.py": "6e714e3dc0f2a7307d70b56b3db4af253a1589a54efcd2bb60b3eb5fc2970972",
    "app_2026_11_30_only_high.py": (
        "e8c2af8ac93fa162a4353c1d068cf11919292b2d7ef5d4dff5152cfe9245bcf0"
    ),
    "app_2026_11_30_mask.py": ("6ec52b13e2e374ece937a8b270f63da7260676217ed1222943fe3684c3dccf3c"),
    "app_2026_11_30_mask_channels.py": (
        "db022caaf9b1bd85331bd5301e5ee79b6fb03356b11578facf5aeeae75899e1f"
    ),
    "app_2026_11_30_taps.py": ("ff17dedf3f8daadbe0f0aa1feb0b81e5810245d478d742cd67d6d8bf56a7cc36"),
    "app_2026_11_30_mail_in.py": (
        "4e5193332bfa408e4de7da6a7a30cb45b18df7f769e742d2a56654d755534f4e"
    ),
    "app_2026_11_30_mail_in_indexed.py": (
        "dd9ffb00f0d3c253fca56dc6cc9deac1684c0278c17560caeee066f9a980d923"
    ),
    "app_2026_11_30_organizations_disabled.py": (
        "ef48c84f70da990739867d233f4c5b6bb85cf6c34cf20154fcfcee1cf09f0656"
    ),
    "app_2026_11_30_accounts.py": (
        "bc08e64fd9c4132a703cadca111c41d29f648fbfa19dc711b40cc73046a0dd54"
    ),
    "app_2026_11_30_single_sign_on.py": (
        "dc21851d8d23faf9b7261998a0098f78531aa564560c9964080446d1e134c53e"
    ),
    "app_2026_11_30_single_sign_on_indexed.py": (
        "bece2c1baf511eaf1aebc3e89c96971bc9f7741fe3f93ce3ffc6da901b69d076"
    ),
    "app_2026_11_29_sums.py": "3eb99cbc0e4bdd306b381dcd1d1300ee26f3566294fc15d8ff8784bc65656c29",
    "app_2026_11_29_sums_indexed.py": (
        "39aec2fa2ce4c97a9fd7a3e41412b3244a6ecb0be6931e129c54fdd852584c45"
    ),
    "app_2026_11_30_signin.py": "1cd7d018016a2912023d39697d9f4c1d8613d8c062e2ce6eb78b5f6a6b6022dc",
    "app_2026_11_30_target.py": (
        "b25070d90305a26f09ee2c7480721d3479b149db2103471dfb141653f929642c"
    ),
    "app_2026_11_30_target_filled.py": (
        "e64cb52ca8ceffe589ad05817d63f1c3fbabfb75a130cd562001710f28db5147"
    ),
    "app_2026_11_30_tokens.py": "fcee07f9aefcedcb0fa56593834f3130bcc9433371685fb6b6086671c8f061f3",
    "app_2026_11_30_tokens_indexed.py": (
        "454c7933d7391af0101b6a9660a15f60e597bc05307e543482c6c4213edd880e"
    ),
    "app_2026_11_30_brands.py": "61f0306530954e186b8fd1ac1e1066de529fcdde84456cbf88865fc9d6a6a47e",
    "app_2026_11_30_brands_found.py": (
        "994af778779dd40a1e6fd0715fb7afb5fb3f9bab47ae7298bc63e05e6638a898"
    ),
    "app_2026_11_30_brands_filled.py": (
        "d2dfba863eced88c8a347ff7fdac88fd7312399cde0825d3bd1f4d8a35103198"
    ),
    "app_2026_11_30_target_reports.py": (
        "94051cc4a58be413566d8e1659026dfac3a14152b0cff89a4821026d7ded5fef"
    ),
    "app_2026_11_30_target_reports_indexed.py": (
        "e21b1c3c8bde46b2c2f48d7a60045ecf7c848fde0c510d8c3dfb872467c10868"
    ),
    "app_2026_11_30_signin_factors.py": (
        "c4206ad3b5b91ce6ba42e2cbca17553a5ac642bbe02931c2185797501d5dcdc7"
    ),
    "app_2026_11_30_signin_indexed.py": (
        "ccfac5a23c59e8871bf25ab026d350cae066a5b9bfce45c264525d181d3abf35"
    ),
    "app_2026_11_30_ages.py": "6dad0b616297d084ddc9254de5f901a1ed4f80e8e01697b745fa4fccebfd2b77",
    "app_2026_11_30_ages_filled.py": (
        "362741f3ebbfe3717560fa2b3e2e14c33d8e2c25d7ce4f0491502d6743489a3a"
    ),
    "app_2026_11_30_working_hours.py": (
        "39013b2d4f24354bac437c2b567b6c908e71fa99695c2259450800f12c38a832"
    ),
    "app_2026_11_30_target_form_days.py": (
        "14e1e565f9168d50d372f069c64af3bde85bf15c9525efb34acd87a88cbed249"
    ),
    "app_2026_11_30_target_form_days_indexed.py": (
        "3df239905e168d1d7c6ddc2a7ee8c4e5ba98dcb09b7d3fce4cfebdf891f947e6"
    ),
    "app_2026_11_30_account_token_maker.py": (
        "3728b0f838efc40daab758281dbd4af4a208acdf249f6713feb0d6028e750c7b"
    ),
    "app_2026_11_30_account_token_maker_filled.py": (
        "af5ad9b34e5c3ca8987baa8035d665c8c51bf004459c482b4c257d4ac02f69d3"
    ),
    "app_2026_11_30_account_link_purpose.py": (
        "b896da4e6a3d7284ec3c718f8b982f79c4116729a2d35f6c723aacf8170cefb8"
    ),
    "app_2026_11_30_brand_channels.py": (
        "6cc5e2fe46b4577b8acd203d9cac396478ddc3489010f541b72d951b2a1cdcc0"
    ),
    "app_2026_11_30_mail_out.py": (
        "491bcf4db1434205fafe5992ffd3bf5da118bdfd85e9ff2af7ff0877c8acae3b"
    ),
    "app_2026_11_30_mail_out_indexed.py": (
        "b37d1a036c0d56347968525745d1176243bf76a1b7992f7aff9d3d16b15c86b6"
    ),
    "app_2026_11_30_mailbox.py": (
        "59556094bc2473ac9aaa669f31b5b8a241f8be3a40765add1a060b15b7c40918"
    ),
    "app_2026_11_30_mailbox_indexed.py": (
        "2ce1f0bb0caf5a3274ba19d5523c213c59fec6ab2621f7c63b65afa5f7e80a70"
    ),
    "app_2026_11_30_wecom.py": "038bb702ab861417c9dc89192a66caf1b7eebe7de5b7f115de1c0bc7be62522b",
    "app_2026_11_30_files.py": "922c75409eab676c5726fb902471e6678842448d3cac5f20f65fbae0b379d382",
    "app_2026_11_30_files_indexed.py": (
        "edd26053344eb2ca733c81d73ee3ee850acdfdc8de123e7f0aa68a87bc1fd93c"
    ),
    "app_2026_11_30_erasure.py": (
        "4a39e219f2472308a472924d2b0c1a929a212332edd9d9521b94ce6e6fc596b6"
    ),
    "app_2026_11_30_wecom_recall.py": (
        "a382631a0b998c401d17333d2cf68b8273c8182dca3132e50613c941a7e7bfa2"
    ),
    "app_2026_11_30_wecom_recall_indexed.py": (
        "9dc185cba521a0183f05cd0b78991440e2f38ce0807f6eed20229dc5118fea66"
    ),
    "app_2026_11_30_events.py": (
        "5b6587f7a6bc96635709976145214b96520e0566922222037d8925a9e609e038"
    ),
    "app_2026_11_30_events_indexed.py": (
        "e31f2e53ded5f1c130167d28b060852fc82cd7b805cb0b59a52dd5ce931c7a3a"
    ),
    "app_2026_11_30_event_endpoints_indexed.py": (
        "906d7bfbdfa61da4b9026d7622ed5f1f83599f8d9d16016a190ff42dcd61fe95"
    ),
    "app_2026_11_30_token_through.py": (
        "7740ea7000ce24eb50b94cd7d207cf505ea3f0b045bdf22fc5122bf513ad28cb"
    ),
    "app_2026_11_30_grow.py": "a81bbd6a808fd0274c5eca82f398b1cf36d60f9f3ec0152f81ae6ed03085ed87",
    "app_2026_11_30_growth.py": "5e559d1d6e36f929e8fb53ce5f53f8497a9cb09e0e82607d37d76076a0589103",
    "app_2026_11_30_growth_failed.py": (
        "240a530691642da3d9993c6f76e64723e58b3bd3c5995526b20bec30dedf99fa"
    ),
    "app_2026_12_01_grow_lists.py": (
        "2b893a127fc65a0e4cde5e71fb113139fca0805845cd00b1c314c4a1793bd5b4"
    ),
    "app_2026_12_01_grow.py": "5dc1fb168fd5700608155d43f2e13021b654282ab081ca82fe1fcb0113930b97",
    "app_2026_11_30_mcp_drafts.py": (
        "1b2efda4094261615171e23111cd41b66b8840568783f0192a0114136e46ac71"
    ),
    "app_2026_11_30_mcp_drafts_indexed.py": (
        "9f1458aa2fbb89a4b60afe7f1d648b82709d2debf279ed49991d7193a817cb5f"
    ),
}
"""Their SHA-256. Add a line for a new one, and never change a line."""
ACCOUNTS = "app_2026_11_30_accounts"
NOT_ADDITIVE = {
    "app_2026_11_29_indexes": "the tables are of the migration before it",
    "app_2026_11_29_blocks_dropped": f"before {ACCOUNTS}",
    "app_2026_11_29_mentions_each": f"before {ACCOUNTS}",
    "app_2026_11_29_personal_indexed": f"before {ACCOUNTS}",
    ACCOUNTS: "no version without it goes on beside one that has it",
    "app_2026_11_30_brands_filled": "of the same hour as the accounts",
    "app_2026_11_30_audit_indexed": "the column is new, and NULL where an older version writes",
    "app_2026_11_30_mailin": "on PostgreSQL only a constraint goes",
    "app_2026_11_30_signin_indexed": "the tables are of app_2026_11_30_signin_factors",
}
"""Migrations that a version without them may stumble over, and why that is over or no harm. What
is to go some day goes one release after its last reader, and is listed then."""
TAKES = re.compile(
    r"DROP\s+(?:TABLE|COLUMN|DEFAULT)|TABLE\s+\S+\s+DROP\s+(?!CONSTRAINT)|\bRENAME\b|\bTRIGGER\b"
    r"|SET\s+NOT\s+NULL|ALTER\s+(?:COLUMN\s+)?\S+\s+(?:SET\s+DATA\s+)?TYPE\b"
    r"|ADD\s+(?:CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE)\b"
    r"|ADD\s+COLUMN\b(?:(?!\bDEFAULT\b)[^,;])*\bNOT\s+NULL\b(?![^,;]*\bDEFAULT\b)",
    re.I,
)
UNIQUE = re.compile(
    r'CREATE\s+UNIQUE\s+INDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?"?(\w+)"?\s+ON\s+'
    r'(?:ONLY\s+)?"?(\w+)',
    re.I,
)


def sum_of(name: str) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()


def test_a_migration_that_was_committed_is_never_edited() -> None:
    """Databases have run it as it was: what is to change goes into a new migration."""
    assert {name: sum_of(name) for name in COMMITTED} == COMMITTED


def test_every_migration_has_its_sum() -> None:
    """A new one is read, kept from changing and listed above by its name and sum."""
    sums = {path.name: sum_of(path.name) for path in FILES}

    assert {name: each for name, each in sums.items() if name not in COMMITTED} == {}


def test_migrations_import_nothing_of_the_product() -> None:
    """What they import changes, and they must not."""
    allowed = {*sys.stdlib_module_names, "piccolo"}
    found = {path.name: {each.split(".")[0] for _, each in imports(path)} for path in FILES}

    assert {name: each - allowed for name, each in found.items() if each - allowed} == {}


def test_every_migration_is_known_by_an_id_of_its_own() -> None:
    """Of two with the same, only one would be run, and nobody would be told."""
    ids = Counter(ID.findall(path.read_text("utf-8"))[0] for path in FILES)

    assert [each for each, times in ids.items() if times > 1] == []


class Change(msgspec.Struct):
    """A migration, as it says itself what it does. `new` are tables that it makes, or one that it
    completes: `x_indexed` belongs to `x`."""

    manager: MigrationManager
    texts: list[str]
    new: set[str]

    @property
    def unique(self) -> dict[str, str]:
        """The tables of its unique indexes, by their names."""
        return dict(found for text in self.texts for found in UNIQUE.findall(text))


async def changes() -> dict[str, Change]:
    found = dict[str, Change]()
    for path in FILES:
        module = importlib.import_module(f"app.piccolo_migrations.{path.stem}")
        texts = [
            node.value
            for node in nodes(path)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        found[path.stem] = Change(await module.forwards(), texts, set())
    for name, change in found.items():
        parts = [each for stem, each in found.items() if name.startswith(stem)]
        change.new = {table.tablename for each in parts for table in each.manager.add_tables}
    return found


def stumbles(change: Change, unique: set[str]) -> Iterator[str]:
    """Over what a version may stumble that does not know of the change. `unique` are the names of
    all unique indexes: who writes "or update" needs the one that was there."""
    manager = change.manager
    yield from (found for text in change.texts for found in TAKES.findall(text))
    for name, table in change.unique.items():
        if table not in change.new:
            yield f"{name} refuses rows of {table}"
    for name in unique - change.unique.keys():
        if any(re.search(rf"\b{name}\b", text) for text in change.texts):
            yield f"{name} is not as it was"
    taken = (
        *(manager.drop_tables, manager.rename_tables, manager.change_table_schemas),
        *(manager.drop_columns.drop_columns, manager.rename_columns.rename_columns),
        *(manager.alter_columns.alter_columns, manager.add_constraints.add_constraints),
    )
    yield from (str(each) for many in taken for each in many)
    for added in manager.add_columns.add_columns:
        yield from of_column(added, is_new=added.tablename in change.new)


def of_column(added: AddColumnClass, *, is_new: bool) -> Iterator[str]:
    params, name = added.column._meta.params, f"{added.tablename}.{added.column._meta.name}"
    if not is_new and params.get("unique"):
        yield f"{name} refuses rows"
    # As Piccolo writes it: NOT NULL with the default that the column begins with, if it has one.
    if not is_new and not params.get("null") and added.column.get_default_value() is None:
        yield f"{name} must be given"
    if params.get("on_delete") not in {None, OnDelete.cascade, OnDelete.set_null}:
        yield f"{name} keeps what it refers to from being deleted"


async def test_a_version_before_goes_on_beside_every_migration() -> None:
    """docs/upgrade.md promises it, and `make chaos ARGS="--stage versions"` tries it."""
    found = await changes()
    unique = {name for each in found.values() for name in each.unique}
    said = {name: list(stumbles(each, unique)) for name, each in found.items()}

    assert {name: each for name, each in said.items() if each and name not in NOT_ADDITIVE} == {}
    assert [name for name in NOT_ADDITIVE if not said[name]] == [], "is listed without a reason"


OF_MESSAGES = {"table_class_name": "Message", "tablename": "message"}
STUMBLED_OVER = (
    "ALTER TABLE message ADD COLUMN mood TEXT NOT NULL",
    "ALTER TABLE message DROP mood",
    "ALTER TABLE message ALTER COLUMN mood DROP DEFAULT",
    "ALTER TABLE message ALTER COLUMN mood TYPE bigint",
    "ALTER TABLE message ADD CHECK (mood <> '')",
    "CREATE UNIQUE INDEX message_mood ON message (mood)",
    'CREATE UNIQUE INDEX IF NOT EXISTS message_mood ON "message" (mood)',
    "DROP INDEX delivery_owed",
)
NO_HARM = (
    "ALTER TABLE message ADD COLUMN mood TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE message ADD COLUMN mood TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE message ALTER COLUMN mood DROP NOT NULL",
    "CREATE INDEX message_mood ON message (mood)",
    "CREATE UNIQUE INDEX diary_day ON diary (day)",
    "DROP INDEX delivery_newest",
)


def over(text: str = "", **added: Any) -> list[str]:
    """What is said of a migration with this statement, or this column of messages."""
    manager = MigrationManager(migration_id="", app_name="app", description="")
    if added:
        manager.add_column(**OF_MESSAGES, column_name="mood", column_class=Text, params=added)
    return list(stumbles(Change(manager, [text], {"diary"}), {"delivery_owed"}))


def test_what_a_version_before_stumbles_over_is_seen() -> None:
    assert [text for text in STUMBLED_OVER if not over(text)] == []
    assert [text for text in NO_HARM if over(text)] == []
    assert over(null=False, default=None) == ["message.mood must be given"]
    assert over(null=False, default="", unique=True) == ["message.mood refuses rows"]
    assert over(null=False, default="") == over(null=True, default=None) == []
