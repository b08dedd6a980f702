"""The PHP service under Apache with mod_php and under nginx with php-fpm, on one database."""

import contextlib
import signal
import socket
import sqlite3
import subprocess

from folder import GROUP, IS_ROOT, USER
from practice import APP_KEY
from processes import Process, accepts, free_port, wait_until


def host():
    """By name where this machine knows it, as a program calls the service; a bare one has no /etc/hosts."""
    try:
        socket.getaddrinfo("localhost", None, socket.AF_INET)
        return "localhost"
    except OSError:
        return "127.0.0.1"


HOST = host()


class Service:
    """The files and the database, made before any server starts."""

    def __init__(self, folder):
        self.folder = folder
        data = folder.make("data")
        self.database = data / "service.sqlite"
        with contextlib.closing(sqlite3.connect(self.database)) as connection, connection:
            connection.executescript((folder.path / "service/schema.sql").read_text())
        folder.give(self.database)

    def settings(self):
        return {"service": self.folder.path / "service", "database": self.database, "app_key": APP_KEY}

    def write_php_ini(self, target):
        extensions = next((self.folder.unpacked / "usr/lib/php").glob("2*"))
        self.folder.write("php.ini", target / "php.ini", extensions=extensions)


class Server:
    """What both have: addresses in plain and over TLS, and a gateway that waits 4 s."""

    def __init__(self):
        self.http, self.https, self.gateway = free_port(), free_port(), free_port()
        self.plain_url, self.tls_url = f"http://127.0.0.1:{self.http}", f"https://{HOST}:{self.https}"
        self.gateway_url = f"http://127.0.0.1:{self.gateway}"


class Apache(Server):
    name = "apache"

    def __init__(self, service, behind_gateway):
        super().__init__()
        folder = service.folder
        self.place, self.environment = folder.make("apache"), folder.libraries()
        service.write_php_ini(self.place)
        config = folder.write(
            "apache.conf", self.place / "apache.conf", folder=self.place, modules=folder.unpacked / "usr/lib/apache2/modules",
            php_version=folder.php_version, http=self.http, https=self.https, gateway=self.gateway, behind_gateway=behind_gateway,
            certificate=folder.certificate, key=folder.key, identity=f"User {USER}\nGroup {GROUP}" if IS_ROOT else "", **service.settings(),
        )
        self.command = [folder.unpacked / "usr/sbin/apache2", "-f", config]
        self.process = Process(
            "Apache", [*self.command, "-DFOREGROUND"], [self.http, self.https, self.gateway], self.place / "output.log", self.environment,
        )

    def reload(self):
        """What apachectl graceful does."""
        subprocess.run([*self.command, "-k", "graceful"], env=self.environment, check=True, capture_output=True, timeout=20)


class Nginx(Server):
    name = "nginx"

    def __init__(self, service):
        super().__init__()
        folder = service.folder
        place, environment = folder.make("nginx"), folder.libraries()
        service.write_php_ini(place)
        fpm_socket = place / "php-fpm.sock"
        fpm = folder.write(
            "php-fpm.conf", place / "php-fpm.conf", folder=place, socket=fpm_socket, **service.settings(),
            identity=f"user = {USER}\ngroup = {GROUP}\nlisten.owner = {USER}\nlisten.group = {GROUP}" if IS_ROOT else "",
        )
        binary = folder.unpacked / f"usr/sbin/php-fpm{folder.php_version}"
        self.fpm = Process("php-fpm", [binary, "-F", "-y", fpm, "-c", place / "php.ini"], [], place / "php-fpm-output.log", environment)
        wait_until(lambda: self.fpm.is_ready() and fpm_socket.exists(), self.fpm.why_not_ready)
        folder.write("nginx-php.conf", place / "php.conf", socket=fpm_socket)
        config = folder.write(
            "nginx.conf", place / "nginx.conf", folder=place, http=self.http, https=self.https, gateway=self.gateway, certificate=folder.certificate,
            key=folder.key, identity=f"user {USER} {GROUP};" if IS_ROOT else "", service=folder.path / "service",
        )
        self.command, self.environment = [folder.unpacked / "usr/sbin/nginx", "-p", place, "-c", config, "-e", place / "error.log"], environment
        self.process = Process("nginx", self.command, [self.http, self.https, self.gateway], place / "output.log", environment)

    def reload(self):
        subprocess.run([*self.command, "-s", "reload"], env=self.environment, check=True, capture_output=True, timeout=20)


class HaProxy:
    """The front of both servers, with TLS and as a TCP forwarder, and a gateway that waits 4 s."""

    def __init__(self, folder, apache, nginx):
        place = folder.make("haproxy")
        names = ("apache_tls", "apache_tcp", "nginx_tls", "nginx_tcp", "gateway")
        self.ports = {name: free_port() for name in names}
        config = folder.write(
            "haproxy.cfg", place / "haproxy.cfg", pem=folder.certificate_with_key, identity=f"    user {USER}\n    group {GROUP}" if IS_ROOT else "",
            apache_http=apache.http, apache_https=apache.https, nginx_http=nginx.http, nginx_https=nginx.https, **self.ports,
        )
        self.process = Process(
            "HAProxy", [folder.unpacked / "usr/sbin/haproxy", "-db", "-f", config], self.ports.values(), place / "output.log", folder.libraries(),
        )

    def url(self, name):
        return f"https://{HOST}:{self.ports[name]}"

    def restart(self):
        """As `systemctl restart haproxy` does: what is under way breaks, then it listens again."""
        self.process.end(signal.SIGTERM)
        wait_until(lambda: not any(map(accepts, self.ports.values())), "HAProxy still listens")
        self.process.start()
