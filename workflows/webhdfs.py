"""Serves a folder over WebHDFS, whose client is in every Spark image: driver and executors share no volume.

The protocol: https://hadoop.apache.org/docs/stable/hadoop-project-dist/hadoop-hdfs/WebHDFS.html
"""

import hmac
import http.server
import json
import os
import secrets
import shutil
import socket
import threading
import urllib.parse

PREFIX = "/webhdfs/v1"
BLOCK_BYTES = 128 * 1024 * 1024
CHUNK_BYTES = 1024 * 1024


class WebHdfsServer:
    """A server of the folder `root` at `uri`. Whoever does not know the secret in the path gets nothing.

    journals: a folder in it whose files are there from their first byte: what a writer that dies has written stays.
    """

    def __init__(self, root, address, journals=None):
        secret = secrets.token_hex(16)
        root = os.path.realpath(root)
        journals = journals and os.path.join(root, journals) + os.sep
        self._server = listen(address, 0, {"root": root, "secret": secret, "journals": journals})
        host = f"[{address}]" if ":" in address else address
        port = self._server.server_address[1]
        self.uri = f"webhdfs://{host}:{port}/{secret}"
        self.http_uri = f"http://{host}:{port}{PREFIX}/{secret}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


def listen(address, port, settings, handler=None):
    """A server that is not served yet. settings: attributes of the handler."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    server = type("Server", (_Server,), {"address_family": family})
    return server((address, port), type("Handler", (handler or WebHdfsHandler,), settings))


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def server_bind(self):
        if self.address_family == socket.AF_INET6:
            # "::" is for both protocols, whatever the machine's default is.
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()

    def handle_error(self, request, client_address):
        """A client that hangs up in the middle of a file is how Parquet is read."""


class Refusal(Exception):
    def __init__(self, status, kind, message):
        super().__init__(message)
        self.status = status
        self.body = {
            "RemoteException": {"exception": kind.rpartition(".")[2], "javaClassName": kind, "message": message}
        }


def not_found(path):
    return Refusal(404, "java.io.FileNotFoundException", f"File does not exist: {path}")


class WebHdfsHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    root = ""
    secret = ""
    journals = None
    methods = ("GET", "PUT", "POST", "DELETE")
    timeout = 120
    # An answer's head and body are two packets: the second would wait 40 ms, until the client acknowledges the first.
    disable_nagle_algorithm = True

    def log_message(self, format, *args):
        pass

    def do_GET(self):
        self._answer("GET")

    def do_PUT(self):
        self._answer("PUT")

    def do_POST(self):
        self._answer("POST")

    def do_DELETE(self):
        self._answer("DELETE")

    def _answer(self, method):
        try:
            address = urllib.parse.urlsplit(self.path)
            self.query = {key.lower(): values[-1] for key, values in urllib.parse.parse_qs(address.query).items()}
            # Without an operation it is what any other server of files gives.
            op = self.query.get("op", "OPEN" if method == "GET" else "").upper()
            action = OPERATIONS.get((method, op)) if method in self.methods else None
            file = self.locate(urllib.parse.unquote(address.path))
            if action is None:
                raise Refusal(400, "java.lang.UnsupportedOperationException", f"{method} {op} is not supported")
            action(self, file)
        except Refusal as refusal:
            self.send_json(refusal.body, refusal.status)
        except FileNotFoundError:
            self.send_json(not_found(self.path.partition("?")[0]).body, 404)
        except ConnectionError:
            self.close_connection = True
        except OSError as error:
            self.send_json(Refusal(403, "java.io.IOException", str(error.strerror)).body, 403)

    def locate(self, path):
        """The file behind a path of ours. Raises for one that is outside of the folder, or lacks the secret."""
        prefix, _, rest = path.partition(f"{PREFIX}/")
        secret, _, inner = rest.partition("/")
        if prefix or not hmac.compare_digest(secret.encode(), self.secret.encode()):
            raise Refusal(403, "org.apache.hadoop.security.AccessControlException", "not for you")
        file = self.find_below(inner, [self.root])
        if file is None:
            raise Refusal(403, "org.apache.hadoop.security.AccessControlException", "outside of the folder")
        return file

    def find_below(self, inner, folders):
        """Where a path below the root leads; None where that is in none of the folders, by a link or dots."""
        file = os.path.realpath(os.path.join(self.root, *[part for part in inner.split("/") if part]))
        return file if any(file == folder or file.startswith(folder + os.sep) for folder in folders) else None

    def send_json(self, value, status=200):
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        # Without a Content-Type: Hadoop 3.5, which Spark 4.3 has, needs a class to read one that it was built without.
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _open(self, file):
        if os.path.isdir(file):
            raise not_found(file)
        with open(file, "rb") as source:
            size = os.fstat(source.fileno()).st_size
            offset = int(self.query.get("offset") or 0)
            if offset > size:
                raise Refusal(403, "java.io.IOException", f"Offset={offset} out of the range [0, {size})")
            length = min(int(self.query.get("length") or size), size - offset)
            self.send_response(200)
            self.send_header("Content-Type", "application/octet-stream")
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.flush()
            if length > 0:
                self.connection.sendfile(source, offset, length)

    def _create(self, file):
        if self.query.get("overwrite", "true") == "false" and os.path.exists(file):
            raise Refusal(403, "org.apache.hadoop.fs.FileAlreadyExistsException", f"{file} already exists")
        if os.path.isdir(file):
            raise Refusal(403, "org.apache.hadoop.fs.FileAlreadyExistsException", f"{file} is a directory")
        is_journal = self.journals is not None and file.startswith(self.journals)
        if "step" not in self.query:
            if is_journal:
                # Spark sets its permissions before it has sent a byte.
                os.makedirs(os.path.dirname(file), exist_ok=True)
                open(file, "wb").close()
            # The client asks a name node without a body, and sends it to where it is told to.
            self.send_response(307)
            self.send_header("Location", f"http://{self.headers['Host']}{self.path}&step=data")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        os.makedirs(os.path.dirname(file), exist_ok=True)
        if is_journal:
            self._write_journal(file)
            return
        # Under another name until it is whole: a writer that dies leaves nothing.
        part = os.path.join(os.path.dirname(file), f".{os.path.basename(file)}.{secrets.token_hex(4)}")
        try:
            with open(part, "wb") as target:
                for chunk in self._read_body():
                    target.write(chunk)
            os.replace(part, file)
        except BaseException:
            self.close_connection = True
            if os.path.exists(part):
                os.unlink(part)
            raise
        self.send_json(None, 201)

    def _write_journal(self, file):
        # Its writer may have nothing to say for long.
        self.connection.settimeout(None)
        try:
            with open(file, "wb", buffering=0) as target:
                for chunk in self._read_body():
                    target.write(chunk)
        except BaseException:
            self.close_connection = True
            raise
        self.connection.settimeout(self.timeout)
        self.send_json(None, 201)

    def _read_body(self):
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            yield from self._read_exactly(int(self.headers.get("Content-Length") or 0))
            return
        while True:
            size = int(self.rfile.readline(1000).partition(b";")[0], 16)
            yield from self._read_exactly(size)
            self.rfile.readline(1000)
            if size == 0:
                return

    def _read_exactly(self, size):
        while size > 0:
            chunk = self.rfile.read(min(size, CHUNK_BYTES))
            if not chunk:
                raise ConnectionError("the body ended early")
            size -= len(chunk)
            yield chunk

    def _status(self, file, suffix=""):
        stat = os.stat(file)
        is_directory = os.path.isdir(file)
        return {
            "pathSuffix": suffix,
            "type": "DIRECTORY" if is_directory else "FILE",
            "length": 0 if is_directory else stat.st_size,
            "owner": "spark",
            "group": "spark",
            "permission": "755" if is_directory else "644",
            "accessTime": int(stat.st_atime * 1000),
            "modificationTime": int(stat.st_mtime * 1000),
            "blockSize": 0 if is_directory else BLOCK_BYTES,
            "replication": 0 if is_directory else 1,
            "childrenNum": 0,
            "fileId": stat.st_ino,
            "storagePolicy": 0,
        }

    def _statuses(self, file):
        if not os.path.isdir(file):
            return {"FileStatuses": {"FileStatus": [self._status(file)]}}
        found = []
        for name in sorted(os.listdir(file)):
            try:
                found.append(self._status(os.path.join(file, name), name))
            except FileNotFoundError:
                continue  # Renamed or removed in the meantime.
        return {"FileStatuses": {"FileStatus": found}}

    def _summary(self, file):
        files = folders = length = 0
        for folder, _, names in os.walk(file):
            folders += 1
            files += len(names)
            length += sum(os.path.getsize(os.path.join(folder, name)) for name in names)
        if not os.path.isdir(file):
            files, length = 1, os.path.getsize(file)
        counts = {"directoryCount": folders, "fileCount": files, "length": length}
        return {"ContentSummary": {**counts, "quota": -1, "spaceConsumed": length, "spaceQuota": -1}}

    def _blocks(self, file):
        block = {"cachedHosts": [], "corrupt": False, "hosts": [], "names": [], "storageTypes": [], "topologyPaths": []}
        return {"BlockLocations": {"BlockLocation": [{**block, "offset": 0, "length": os.path.getsize(file)}]}}

    def _located_blocks(self, file):
        """The same for the clients of Hadoop 3.3."""
        blocks = {"locatedBlocks": [], "lastLocatedBlock": None, "isLastBlockComplete": True}
        return {"LocatedBlocks": {**blocks, "fileLength": os.path.getsize(file), "isUnderConstruction": False}}

    def _make_directories(self, file):
        os.makedirs(file, exist_ok=True)
        return {"boolean": True}

    def _rename(self, file):
        target = self.locate(PREFIX + self.query.get("destination", ""))
        if not os.path.exists(file) or os.path.isfile(target):
            return {"boolean": False}
        if os.path.isdir(target):
            # As HDFS does: into a folder that is there.
            target = os.path.join(target, os.path.basename(file))
        if os.path.exists(target) or not os.path.isdir(os.path.dirname(target)):
            return {"boolean": False}
        os.rename(file, target)
        return {"boolean": True}

    def _delete(self, file):
        if not os.path.lexists(file):
            return {"boolean": False}
        if not os.path.isdir(file):
            os.unlink(file)
        elif self.query.get("recursive") == "true":
            shutil.rmtree(file)
        else:
            os.rmdir(file)
        return {"boolean": True}


def _json(method):
    return lambda handler, file: handler.send_json(method(handler, file))


def _accept(handler, file):
    """Permissions and times, which nobody here reads."""
    os.stat(file)
    handler.send_json(None)


OPERATIONS = {
    ("GET", "OPEN"): WebHdfsHandler._open,
    ("PUT", "CREATE"): WebHdfsHandler._create,
    ("GET", "GETFILESTATUS"): _json(lambda handler, file: {"FileStatus": handler._status(file)}),
    ("GET", "LISTSTATUS"): _json(WebHdfsHandler._statuses),
    ("GET", "LISTSTATUS_BATCH"): _json(
        lambda handler, file: {"DirectoryListing": {"partialListing": handler._statuses(file), "remainingEntries": 0}}
    ),
    ("GET", "GETCONTENTSUMMARY"): _json(WebHdfsHandler._summary),
    ("GET", "GETFILEBLOCKLOCATIONS"): _json(WebHdfsHandler._blocks),
    ("GET", "GET_BLOCK_LOCATIONS"): _json(WebHdfsHandler._located_blocks),
    ("GET", "GETHOMEDIRECTORY"): _json(lambda handler, file: {"Path": f"/{handler.secret}"}),
    ("GET", "CHECKACCESS"): _accept,
    ("PUT", "MKDIRS"): _json(WebHdfsHandler._make_directories),
    ("PUT", "RENAME"): _json(WebHdfsHandler._rename),
    ("PUT", "SETPERMISSION"): _accept,
    ("PUT", "SETTIMES"): _accept,
    ("PUT", "SETOWNER"): _accept,
    ("PUT", "SETREPLICATION"): _json(lambda handler, file: {"boolean": True}),
    ("DELETE", "DELETE"): _json(WebHdfsHandler._delete),
}
