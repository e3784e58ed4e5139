"""The services the tests start: do they start, keep to themselves, and leave nothing behind?"""

import psycopg
import pytest
import redis
from sqlalchemy import create_engine, text

from tests.services.browser import accessibility_problems
from tests.services.needed import NotHere, give_up
from tests.services.postgres import postgres_cluster
from tests.services.redis_server import redis_server


@pytest.fixture(scope="module")
def cluster():
    try:
        with postgres_cluster() as started:
            yield started
    except NotHere as reason:
        give_up(reason)


def run_sql(url: str, *statements: str) -> object:
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            for statement in statements:
                result = connection.execute(text(statement))
            return result.scalar() if result.returns_rows else None
    finally:
        engine.dispose()


def test_the_application_role_may_fill_a_table_but_neither_make_nor_drop_one(cluster):
    database = cluster.new_database("rights")
    run_sql(database.owner_url, "CREATE TABLE seal (id serial PRIMARY KEY, name text)")
    run_sql(database.app_url, "INSERT INTO seal (name) VALUES ('枸杞')")
    assert run_sql(database.app_url, "SELECT name FROM seal") == "枸杞"
    for forbidden in ("DROP TABLE seal", "CREATE TABLE other (id int)"):
        with pytest.raises(Exception, match="must be owner|permission denied"):
            run_sql(database.app_url, forbidden)


def test_postgis_is_there(cluster):
    database = cluster.new_database("areas")
    covers = "SELECT ST_Covers('POLYGON((0 0,2 0,2 2,0 2,0 0))'::geometry, 'POINT(1 1)'::geometry)"
    assert run_sql(database.app_url, covers) is True


def test_a_copy_of_a_database_has_its_rows_and_goes_its_own_way(cluster):
    original = cluster.new_database("original", postgis=False)
    run_sql(original.owner_url, "CREATE TABLE seal (name text)", "INSERT INTO seal VALUES ('压砂瓜')")
    copy = cluster.new_database("copy", template="original")
    run_sql(copy.app_url, "DELETE FROM seal")
    assert run_sql(original.app_url, "SELECT count(*) FROM seal") == 1
    cluster.drop_database("copy")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        cluster.connect("copy")


def test_nothing_is_left_of_a_cluster_afterwards():
    try:
        with postgres_cluster() as started:
            folder = started.socket_folder
            assert (folder / "data").exists()
    except NotHere as reason:
        give_up(reason)
    assert not folder.exists()


def test_redis_answers_and_is_gone_afterwards():
    try:
        with redis_server() as url, redis.Redis.from_url(url) as client:
            client.set("seal", "枸杞")
            assert client.get("seal").decode() == "枸杞"
    except NotHere as reason:
        give_up(reason)
    with redis.Redis.from_url(url) as client, pytest.raises(redis.ConnectionError):
        client.ping()


def test_the_browser_reaches_no_other_host(browser):
    page = browser.new_page()
    failures = []
    page.on("requestfailed", lambda request: failures.append((request.url, request.failure)))
    page.set_content('<img src="http://elsewhere.example/seal.png">')
    page.wait_for_load_state("networkidle")
    page.close()
    assert failures == [("http://elsewhere.example/seal.png", "net::ERR_NAME_NOT_RESOLVED")]


def test_a_picture_without_words_is_an_accessibility_problem_also_under_our_strict_policy(browser):
    page = browser.new_page()
    policy = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'\">"
    page.set_content(f"<html lang='zh'>{policy}<title>印</title><main><h1>印</h1><img src='data:,'></main>")
    problems = accessibility_problems(page)
    page.close()
    assert [problem.split()[0] for problem in problems] == ["image-alt"]
