#!/usr/bin/env python3
"""A secured Apache Kafka: who gets in by which mechanism, what each must be allowed, and what is told where it is not so.

    live_security_test.py PAIRWATCH [unittest arguments]

The broker is that of `tools/kafka start --secure`: it refuses what no ACL allows. Only the tests themselves come in by its plain listener.
"""
import base64
import concurrent.futures
import contextlib
import http.server
import itertools
import json
import os
import re
import shlex
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

import live_support as live
from live_support import Run, World, differences, eventually, generated, kafka_tool, keyed, replayed

USER = "pairwatch"
SECURED = {}  # what tools/kafka tells of the broker


def setUpModule():
    SECURED.update(live.set_up("--secure", USER))


def tearDownModule():
    live.tear_down()


def secret(name):
    """A file of those that the broker was made with."""
    return os.path.join(SECURED["secure"], name)


def written(text, suffix=""):
    with tempfile.NamedTemporaryFile("w", dir=live.SCRATCH, suffix=suffix, delete=False) as file:
        file.write(text)
    return file.name


def properties(**values):
    """kafka.properties, with dots for underscores."""
    return [f"kafka.properties.{name.replace('_', '.')}={value}" for name, value in values.items()]


def by_password(mechanism, password_file=None, ca=None):
    return properties(security_protocol="SASL_SSL", sasl_mechanism=mechanism, sasl_username=USER, ssl_ca_location=ca or secret("ca.pem")) + [
        f"kafka.property_files.sasl.password={password_file or secret('password')}"]


def by_certificate(certificate=None, key=None, ca=None):
    return properties(security_protocol="SSL", ssl_ca_location=ca or secret("ca.pem"), ssl_certificate_location=certificate or secret("client.pem"),
                      ssl_key_location=key or secret("client.key"))


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def make_ca():
    """A CA that the broker does not know: certificate and key."""
    folder = tempfile.mkdtemp(dir=live.SCRATCH)
    certificate, key = os.path.join(folder, "ca.pem"), os.path.join(folder, "ca.key")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=another CA", "-keyout", key, "-out", certificate)
    return certificate, key


def make_certificate(subject, names="DNS:localhost,IP:127.0.0.1", ca=None, expired=False):
    """A certificate and its key (PKCS8), signed by the broker's CA or another."""
    folder = tempfile.mkdtemp(dir=live.SCRATCH)
    at = lambda name: os.path.join(folder, name)
    certificate, key = ca or (secret("ca.pem"), secret("ca.key"))
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", subject, "-keyout", at("key"), "-out", at("request"))
    with open(at("settings"), "w") as file:
        file.write(f"[ca]\ndefault_ca=it\n[it]\ndatabase={at('index')}\nserial={at('serial')}\nnew_certs_dir={folder}\ndefault_md=sha256\n"
                   f"policy=any\nx509_extensions=names\n[any]\ncommonName=supplied\n[names]\nsubjectAltName={names}\n")
    open(at("index"), "w").close()
    with open(at("serial"), "w") as file:
        file.write(os.urandom(8).hex())
    span = ("200101000000Z", "200201000000Z") if expired else ("200101000000Z", "20991231000000Z")
    openssl("ca", "-batch", "-notext", "-config", at("settings"), "-cert", certificate, "-keyfile", key, "-in", at("request"), "-out", at("certificate"),
            "-startdate", span[0], "-enddate", span[1])
    return at("certificate"), at("key")


@contextlib.contextmanager
def handshakes(certificate, key):
    """The address of what begins like a broker, with a certificate that no client should go beyond."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def answer(listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:  # closed: the test is over
                return
            with contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True) as secured:
                secured.recv(1)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer, args=(listener,))
        thread.start()
        try:
            yield "127.0.0.1:%d" % listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def in_parallel(function, items):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(function, items))


def make_topics(world):
    """What an administrator makes beforehand where services may not."""
    out = subprocess.run([live.PAIRWATCH, "topology", "--format", "topics", "--config", world.config], check=True, stdout=subprocess.PIPE, text=True).stdout
    rows = [line.split() for line in out.splitlines()] + [[world.topic(topic), str(world.partitions), "delete", ""]
                                                          for topic in ("platform.events", "moderation.decisions")]
    in_parallel(lambda row: kafka_tool("TopicCommand", "--create", "--topic", row[0], "--partitions", row[1], "--config", f"cleanup.policy={row[2]}"), rows)


def acl_tool(action, arguments):
    kafka_tool("AclCommand", action, *(["--force"] if action == "--remove" else []), *arguments)


def printed_acls(world, services="", settings=("topics.create=false",), principal=f"User:{USER}"):
    """The arguments behind --add of each command that pairwatch prints."""
    command = [live.PAIRWATCH, "topology", "--format", "acls", "--config", world.config, "--principal", principal]
    if services:
        command += ["--services", services]
    for setting in settings:
        command += ["-X", setting]
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    lines = [shlex.split(line) for line in out.splitlines() if line and not line.startswith("#")]
    for line in lines:
        assert line[:2] == ["kafka-acls.sh", "--bootstrap-server"] and line[3] == "--add", line
    return [line[4:] for line in lines]


def grant(acls):
    in_parallel(lambda acl: acl_tool("--add", acl), [list(acl) for acl in dict.fromkeys(map(tuple, acls))])


class Acls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World("allowed", partitions=2)
        make_topics(cls.world)
        grant(printed_acls(cls.world))
        cls.settings = [*by_password("PLAIN"), "topics.create=false", "kafka.diagnosis_interval=1s", "kafka.session_timeout=6s"]
        cls.path, cls.lines = generated(events=4000, risky=16, seed=11)
        cls.further = itertools.count()

    def produce_further(self):
        """Some of the events again, as new ones."""
        number = next(self.further)
        self.world.produce(keyed(re.sub(rb'"eventId":"', b'"eventId":"%d-' % number, line, count=1) for line in self.lines[:40]))

    def run_as_user(self, services="all", settings=()):
        return Run(self.world, services, broker=SECURED["sasl_ssl"], settings=[*self.settings, *settings])

    def test_that_are_printed_are_enough_for_the_whole_job(self):
        world = World("enough", partitions=2)
        make_topics(world)
        grant(printed_acls(world))
        with Run(world, broker=SECURED["sasl_ssl"], settings=self.settings) as run:
            run.wait_ready()
            world.produce(keyed(self.lines))
            eventually(world.is_settled, "everything is read and committed", 120)
            self.assertEqual(run.stop(), 0, run.log())
            self.assertNotIn("allow it with", run.log())
        self.assertEqual(differences(world.escalations(), replayed(self.path)[0]), {})

    def assert_named(self, services, resource, name, operation, told, pattern=(), settings=()):
        """With one ACL missing, the log names it; once it is there the same process goes on by itself."""
        acl = ["--allow-principal", f"User:{USER}", "--operation", operation, f"--{resource}", name, *pattern]
        acl_tool("--remove", acl)
        try:
            with self.run_as_user(services, settings) as run:
                self.produce_further()
                wanted = re.compile(rf"--add --allow-principal User:PRINCIPAL --operation {told} --{resource} {re.escape(name)}")
                eventually(lambda: wanted.search(run.log()) or run.process.poll() is not None, f"{operation} on {name} is named")
                self.assertIsNone(run.process.poll(), run.log())
                acl_tool("--add", acl)
                run.wait_ready()
                eventually(lambda: all(self.world.is_read(service) for service in services.split(",")), "it has gone on by itself")
        finally:
            acl_tool("--add", acl)

    def test_reading_the_input(self):
        self.assert_named("intake", "topic", "allowed.platform.events", "Read", "Describe")

    def test_reading_an_input_that_may_be_seen(self):
        """Another service's Write lets it be seen."""
        self.assert_named("relationship", "topic", "allowed.pairwatch.interactions", "Read", "Read")

    def test_writing_an_output(self):
        self.assert_named("intake,relationship", "topic", "allowed.pairwatch.interactions", "Write", "Write")

    def test_being_in_the_group(self):
        self.assert_named("intake", "group", "allowed.intake", "Read", "Read")

    def test_the_transactions(self):
        self.assert_named("intake", "transactional-id", "allowed.intake.", "Write", "Write", ("--resource-pattern-type", "prefixed"),
                          settings=["kafka.shutdown_timeout=2s"])

    def test_reading_the_changelog(self):
        self.assert_named("relationship", "topic", "allowed.pairs.changelog", "Read", "Read")

    def test_writing_the_changelog(self):
        self.assert_named("intake,relationship", "topic", "allowed.pairs.changelog", "Write", "Write")

    def test_looking_at_settings(self):
        acl = ["--allow-principal", f"User:{USER}", "--operation", "DescribeConfigs", "--topic", "allowed.pairs.changelog"]
        acl_tool("--remove", acl)
        try:
            with self.run_as_user("relationship") as run:
                run.wait_ready()  # it can do without
                self.assertIn("--operation DescribeConfigs --topic allowed.pairs.changelog", run.log())
        finally:
            acl_tool("--add", acl)

    def test_looking_at_the_groups_above_while_it_warms_up(self):
        settings = ["topics.create=false", "warm_up=caught_up"]
        printed = {tuple(acl) for acl in printed_acls(self.world, "escalation", settings)}
        further = printed - set(map(tuple, printed_acls(self.world, "escalation")))
        grants = {(acl[acl.index("--operation") + 1], acl[-2], acl[-1]) for acl in further}
        topics = {f"allowed.{name}" for name in ("platform.events", "pairwatch.interactions", "moderation.decisions")}
        groups = {f"allowed.{name}" for name in ("intake", "relationship", "decisions")}
        self.assertEqual(grants, {("Describe", "--topic", name) for name in topics} | {("Describe", "--group", name) for name in groups})
        world = World("warming", partitions=2)
        make_topics(world)
        grant(printed_acls(world, "intake,relationship", ["topics.create=false"]) + printed_acls(world, "escalation,target,decisions", settings))
        world.produce(keyed(self.lines))
        with Run(world, broker=SECURED["sasl_ssl"], settings=[*self.settings, "warm_up=caught_up"]) as run:
            eventually(lambda: "has warmed up" in run.log() and world.is_settled(), "history is through", 120)
            self.assertEqual(run.stop(), 0, run.log())
            self.assertNotIn("allow it with", run.log())

    def test_creating_topics_where_the_settings_say_so(self):
        world = World("making", partitions=2)
        grant(printed_acls(world, settings=()))
        with Run(world, broker=SECURED["sasl_ssl"], settings=by_password("PLAIN")) as run:
            run.wait_ready()
            self.assertEqual(run.stop(), 0, run.log())

    def test_creating_topics_without_being_allowed(self):
        world = World("unmade", partitions=2)
        grant(printed_acls(world))
        with Run(world, broker=SECURED["sasl_ssl"], settings=[*by_password("PLAIN"), "kafka.diagnosis_interval=1s"]) as run:
            eventually(lambda: "is missing and may not be created; allow it with" in run.log(), "it says what is not allowed")
            self.assertRegex(run.log(), r"--operation Create --topic unmade\.")


def librdkafka():
    """The version that pairwatch is linked with, as numbers."""
    out = subprocess.run([live.PAIRWATCH, "version"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return tuple(map(int, re.search(r"^librdkafka (\d+)\.(\d+)\.(\d+)", out, re.M).groups()))


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed_token(lifetime=3600, key=None):
    """A JWT as the broker's listener for OAUTHBEARER takes it."""
    now = int(time.time())
    claims = {"sub": USER, "aud": "kafka", "iat": now, "exp": now + lifetime}
    body = ".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "RS256", "kid": "local", "typ": "JWT"}, claims))
    signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key or secret("oauth.key")], input=body.encode(), check=True, stdout=subprocess.PIPE)
    return body + "." + encoded(signature.stdout)


def by_token(*settings):
    return properties(security_protocol="SASL_SSL", sasl_mechanism="OAUTHBEARER", ssl_ca_location=secret("ca.pem")) + list(settings)


class TokenEndpoint:
    """Gives tokens for client credentials, over TLS."""

    def __init__(self, lifetime=3600):
        self.lifetime = lifetime
        self.secret = "s3cret%of+the/client"
        self.count = 0
        self.grants = set()

    def __enter__(self):
        endpoint = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                endpoint.grants.update(form["grant_type"])
                asked = base64.b64decode(self.headers["Authorization"].split()[1]).decode()
                right = asked == f"watcher:{endpoint.secret}"
                endpoint.count += right
                body = json.dumps({"access_token": signed_token(endpoint.lifetime), "expires_in": endpoint.lifetime} if right else {}).encode()
                self.send_response(200 if right else 401)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*make_certificate("/CN=localhost"))
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def settings(self, secret=None, ca=None, secret_file=None):
        ca = ca or os.path.join(SECURED["secure"], "ca.pem")
        address = "https://localhost:%d/token" % self.server.server_address[1]
        return by_token(f"kafka.oauth.token_endpoint={address}", "kafka.oauth.client_id=watcher", f"kafka.oauth.ca_file={ca}",
                        f"kafka.oauth.client_secret_file={secret_file or written(secret or self.secret)}")


class Mechanisms(unittest.TestCase):
    """Each with a job of its own, from the login to committed escalations."""

    def assert_works(self, name, listener, settings, principal=f"User:{USER}"):
        world = World(name, partitions=2)
        grant(printed_acls(world, settings=(), principal=principal))
        path, lines = generated(events=1000, risky=8, seed=17)
        with Run(world, broker=SECURED[listener], settings=[*settings, "kafka.diagnosis_interval=1s"]) as run:
            run.wait_ready()
            world.produce(keyed(lines))
            eventually(world.is_settled, "everything is read and committed", 120)
            topology = run.get("/topology")[1]
            self.assertGreater(run.metrics()["pairwatch_certificate_expiry_timestamp_seconds"]['certificate="kafka_ca"'], time.time() + 20 * 86400)
            self.assertEqual(run.stop(), 0, run.log())
            self.assert_keeps_secrets(run.log() + topology)
        self.assertEqual(differences(world.escalations(), replayed(path)[0]), {})

    def assert_keeps_secrets(self, text):
        for name in ("password", "client.key", "oauth.key"):
            with open(secret(name)) as file:
                lines = [line for line in file.read().splitlines() if len(line) > 8 and not line.startswith("-----")]
            for line in lines:
                self.assertNotIn(line, text)

    def test_plain(self):
        self.assert_works("plain", "sasl_ssl", by_password("PLAIN"))

    def test_mutual_tls(self):
        self.assert_works("mtls", "mtls", by_certificate(), f"User:CN={USER}")

    def test_oauthbearer_by_client_credentials(self):
        with TokenEndpoint() as endpoint:
            self.assert_works("oauth", "oauth", endpoint.settings())
            self.assertEqual(endpoint.grants, {"client_credentials"})
            self.assertLessEqual(endpoint.count, 2, "all clients share a token")

    def test_oauthbearer_by_a_file(self):
        self.assert_works("tokenfile", "oauth", by_token(f"kafka.oauth.token_file={written(signed_token())}"))

    def test_scram(self):
        for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512"):
            with self.subTest(mechanism):
                if librdkafka() >= (2, 6, 1) or os.environ.get("LIVE_KAFKA_VERSION", "4").startswith("3."):
                    self.assert_works(mechanism.lower(), "sasl_ssl", by_password(mechanism))
                else:
                    self.assert_told_to_be_beyond_the_client(mechanism)

    def assert_told_to_be_beyond_the_client(self, mechanism):
        with Run(World(mechanism.lower(), partitions=2), broker=SECURED["sasl_ssl"], settings=[*by_password(mechanism), "kafka.diagnosis_interval=1s"]) as run:
            eventually(lambda: "cannot log in to Kafka at" in run.log(), "a diagnosis")
            self.assertRegex(run.log(), r"librdkafka 2\.\S+ cannot log in with SCRAM to Kafka 4.0 or newer \(it can to 3.9\): install librdkafka 2.6.1")

    def test_validate_shows_no_secret(self):
        command = [live.PAIRWATCH, "validate", "--effective"]
        for setting in by_password("PLAIN"):
            command += ["-X", setting]
        out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        self.assertIn("sasl.password", out)
        self.assert_keeps_secrets(out)


class Refused(unittest.TestCase):
    """What is told where a login or a certificate is not as it should be: what is wrong, and what to do. It goes on trying."""

    def assert_told(self, listener, settings, words):
        with Run(World("refused", partitions=2), "intake", broker=SECURED.get(listener, listener), settings=[*settings, "kafka.diagnosis_interval=1s"]) as run:
            eventually(lambda: words in run.log() or run.process.poll() is not None, words)
            self.assertIn(words, run.log())
            self.assertIsNone(run.process.poll(), run.log())
            self.assertEqual(run.get("/readyz")[0], 503)
            self.assertEqual(run.get("/healthz")[0], 200)

    def test_a_password_that_is_wrong(self):
        wrong = written("openSesame2")
        with Run(World("refused", partitions=2), "intake", broker=SECURED["sasl_ssl"], settings=by_password("PLAIN", wrong)) as run:
            eventually(lambda: "the broker refuses the user or the secret: check sasl.username, and the file" in run.log(), "a diagnosis")
            self.assertNotIn("openSesame", run.log())

    def test_a_broker_of_another_ca(self):
        other, _ = make_ca()
        self.assert_told("sasl_ssl", by_password("PLAIN", ca=other), "is not signed by a CA of kafka.properties.ssl.ca.location")

    def test_a_client_without_a_certificate(self):
        self.assert_told("mtls", properties(security_protocol="SSL", ssl_ca_location=secret("ca.pem")), "the listener asks for a client's certificate")

    def test_a_client_of_another_ca(self):
        certificate, key = make_certificate(f"/CN={USER}", ca=make_ca())
        self.assert_told("mtls", by_certificate(certificate, key), "the broker does not accept this client's certificate")

    def test_a_clients_certificate_that_has_expired(self):
        certificate, key = make_certificate(f"/CN={USER}", expired=True)
        self.assert_told("mtls", by_certificate(certificate, key), "and must not have expired")

    def test_a_client_secret_that_is_wrong(self):
        with TokenEndpoint() as endpoint:
            self.assert_told("oauth", endpoint.settings(secret="openSesame2"), "it answers 401; check kafka.oauth.client_id, and the file of")

    def test_a_token_endpoint_of_another_ca(self):
        with TokenEndpoint() as endpoint:
            self.assert_told("oauth", endpoint.settings(ca=make_ca()[0]), "check kafka.oauth.token_endpoint and kafka.oauth.ca_file")

    def test_a_token_that_nobody_trusts(self):
        forged = written(signed_token(key=make_ca()[1]))
        self.assert_told("oauth", by_token(f"kafka.oauth.token_file={forged}"), "the broker refuses the user or the secret")

    def test_a_listener_that_wants_tls(self):
        self.assert_told("mtls", [], "the listener may want TLS: set kafka.properties.security.protocol to SSL or SASL_SSL")

    def test_a_mechanism_that_the_listener_does_not_offer(self):
        self.assert_told("oauth", by_password("PLAIN"), "set kafka.properties.sasl.mechanism to one that this listener offers")

    def test_a_broker_of_another_name(self):
        with handshakes(*make_certificate("/CN=elsewhere", "DNS:elsewhere.example")) as address:
            self.assert_told(address, by_certificate(), "the broker's certificate is for another name")

    def test_a_brokers_certificate_that_has_expired(self):
        with handshakes(*make_certificate("/CN=localhost", expired=True)) as address:
            self.assert_told(address, by_certificate(), "the broker's certificate has expired: renew it")


class Rotation(unittest.TestCase):
    """Secrets that change while a process runs: the old one is not good any more, and nothing is restarted."""

    def setUp(self):
        self.name = self._testMethodName.replace("test_", "")
        self.world = World(self.name, partitions=2)
        grant(printed_acls(self.world, settings=()))
        self.path, self.lines = generated(events=1000, risky=8, seed=19)

    def assert_goes_on(self, listener, settings, rotate):
        half = len(self.lines) // 2
        with Run(self.world, broker=SECURED[listener], settings=[*settings, "kafka.diagnosis_interval=1s"]) as run:
            run.wait_ready()
            self.world.produce(keyed(self.lines[:half]))
            eventually(self.world.is_settled, "the first half", 120)
            rotate(run)
            self.world.produce(keyed(self.lines[half:]))
            eventually(self.world.is_settled, "the second half", 120)
            self.assertIsNone(run.process.poll(), run.log())
            self.assertEqual(run.stop(), 0, run.log())
            log = run.log()
        self.assertEqual(differences(self.world.escalations(), replayed(self.path)[0]), {})
        return log

    def restart_broker(self):
        """Every connection is made anew."""
        subprocess.run([live.KAFKA, "stop", "--data", live.BROKER_DATA], check=True, stderr=subprocess.DEVNULL)
        live.start_kafka_on(live.BROKER_DATA, "--port", live.BROKER.rpartition(":")[2])

    def rewrite(self, path, text):
        with open(path + ".new", "w") as file:
            file.write(text)
        os.rename(path + ".new", path)

    def test_plain(self):
        with open(secret("password")) as file:
            password = written(file.read())

        def rotate(run):
            self.rewrite(secret("password"), "anotherSecret1\n")
            self.restart_broker()
            eventually(lambda: "the broker refuses the user or the secret" in run.log(), "the old password is refused")
            self.rewrite(password, "anotherSecret1\n")

        log = self.assert_goes_on("sasl_ssl", by_password("PLAIN", password), rotate)
        self.assertIn("hold another login: it is used from the next connection on", log)
        self.assertNotIn("anotherSecret", log)

    def test_scram(self):
        if librdkafka() < (2, 6, 1):
            return  # it cannot log in to this broker at all, which Mechanisms shows
        with open(secret("password")) as file:
            password = written(file.read())

        def rotate(run):
            kafka_tool("kafka.admin.ConfigCommand", "--alter", "--entity-type", "users", "--entity-name", USER, "--add-config",
                       "SCRAM-SHA-512=[password=anotherSecret2]")
            self.rewrite(password, "anotherSecret2")
            eventually(lambda: "hold another login" in run.log(), "the file is read again")
            self.restart_broker()

        self.assertNotIn("anotherSecret", self.assert_goes_on("sasl_ssl", by_password("SCRAM-SHA-512", password), rotate))

    def test_oauthbearer(self):
        """Tokens that live for 20 s, so that they are fetched again on their own; the secret changes in between."""
        with TokenEndpoint(lifetime=20) as endpoint:
            secret_file = written(endpoint.secret)

            def rotate(_):
                endpoint.secret = "anotherSecret3"
                self.rewrite(secret_file, endpoint.secret)
                before = endpoint.count
                eventually(lambda: endpoint.count > before, "a token for the new secret", 60)
                self.restart_broker()

            self.assertNotIn("anotherSecret", self.assert_goes_on("oauth", endpoint.settings(secret_file=secret_file), rotate))


class Process(unittest.TestCase):
    """What it denies itself."""

    def test_it_writes_into_its_state_folder_alone_and_for_its_user_alone(self):
        """In a mount namespace where everything else is read-only."""
        state = tempfile.mkdtemp(dir=live.SCRATCH)
        namespace = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
        script = (f'mount --bind {state} {state} && mount -o remount,bind,ro / && {{ mount -o remount,bind,ro /tmp 2>/dev/null || true; }} && '
                  f'if touch {live.SCRATCH}/writable 2>/dev/null; then echo "not read-only" >&2; exit 1; fi && exec "$@"')
        within = [*namespace, "sh", "-c", script, "sh"]
        allowed = subprocess.run([*within, "true"], stderr=subprocess.PIPE, text=True)
        self.assertEqual(allowed.returncode, 0, f"this test needs a mount namespace, which this machine refuses: {allowed.stderr}")
        world = World("readonly", partitions=2)
        path, lines = generated(events=1000, risky=8, seed=23)
        with Run(world, disk=os.path.join(state, "own"), within=within) as run:
            run.wait_ready()
            world.produce(keyed(lines))
            eventually(world.is_settled, "everything is read and committed", 120)
            with open(f"/proc/{run.process.pid}/limits") as file:
                self.assertRegex(file.read(), r"Max core file size +0 +0 ")
            with open(f"/proc/{run.process.pid}/status") as file:
                self.assertIn("NoNewPrivs:\t1", file.read())
            self.assertEqual(run.stop(), 0, run.log())
        found = [os.path.join(folder, name) for folder, folders, files in os.walk(state) for name in folders + files]
        self.assertGreater(len(found), 5)
        self.assertEqual([entry for entry in found if os.stat(entry).st_mode & 0o077], [])
        self.assertEqual(differences(world.escalations(), replayed(path)[0]), {})

    def test_a_secret_that_everybody_may_read_is_warned_of_and_one_that_everybody_may_write_is_refused(self):
        with open(secret("password")) as file:
            password = written(file.read())
        os.chmod(password, 0o644)
        with Run(World("open", partitions=2), "intake", broker=SECURED["sasl_ssl"], settings=by_password("PLAIN", password)) as run:
            eventually(lambda: f"everybody on this machine may read the secret in {password}: chmod o-rwx {password}" in run.log(), "a warning")
        os.chmod(password, 0o666)
        with Run(World("wide", partitions=2), "intake", broker=SECURED["sasl_ssl"], settings=by_password("PLAIN", password)) as run:
            self.assertEqual(run.process.wait(60), 78)
            self.assertIn("can be written by everybody on this machine", run.log())


if __name__ == "__main__":
    live.PAIRWATCH = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
