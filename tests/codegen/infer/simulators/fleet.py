"""A fleet: AGVs by VDA 5050, delivery vans with RPC over MQTT 5, OwnTracks phones, charging points."""

from __future__ import annotations

from itertools import pairwise

from tests.codegen.infer.simulators.base import System

AGVS = (
    ("kivnon", "K10-0042"),
    ("kivnon", "K10-0043"),
    ("jungheinrich", "ERC213a-7"),
    ("jungheinrich", "ERC213a-9"),
    ("jungheinrich", "EZS010-2"),
)
OWNERS = (("anna", "pixel8"), ("jonas", "iphone"), ("mia", "iphone"))
_HEAD = {
    "headerId": "integer",
    "timestamp": "string",
    "version": "string",
    "manufacturer": "string",
    "serialNumber": "string",
}
_POSITION = {
    "x": "number",
    "y": "number",
    "theta": "number",
    "mapId": "string",
    "positionInitialized": "boolean",
    "localizationScore": "number",
}
_ACTION = {
    "actionType": "string",
    "actionId": "string",
    "blockingType": "string",
    "actionParameters": [{"key": "string", "value": "string|number|boolean"}],
}
TRUTH = {
    "uagv/v2/{manufacturer}/{serial_number}/connection": {**_HEAD, "connectionState": "string"},
    "uagv/v2/{manufacturer}/{serial_number}/visualization": {
        **_HEAD,
        "agvPosition": _POSITION,
        "velocity": {"vx": "number", "vy": "number", "omega": "number"},
    },
    "uagv/v2/{manufacturer}/{serial_number}/state": {
        **_HEAD,
        "orderId": "string",
        "orderUpdateId": "integer",
        "lastNodeId": "string",
        "lastNodeSequenceId": "integer",
        "driving": "boolean",
        "paused": "boolean",
        "operatingMode": "string",
        "agvPosition": _POSITION,
        "nodeStates": [{"nodeId": "string", "sequenceId": "integer", "released": "boolean"}],
        "edgeStates": [{"edgeId": "string", "sequenceId": "integer", "released": "boolean"}],
        "actionStates": [{"actionId": "string", "actionStatus": "string", "resultDescription": "string"}],
        "batteryState": {"batteryCharge": "number", "batteryVoltage": "number", "charging": "boolean"},
        "errors": [{"errorType": "string", "errorLevel": "string", "errorDescription": "string"}],
        "safetyState": {"eStop": "string", "fieldViolation": "boolean"},
    },
    "uagv/v2/{manufacturer}/{serial_number}/order": {
        **_HEAD,
        "orderId": "string",
        "orderUpdateId": "integer",
        "nodes": [
            {
                "nodeId": "string",
                "sequenceId": "integer",
                "released": "boolean",
                "nodePosition": {"x": "number", "y": "number", "mapId": "string"},
                "actions": [_ACTION],
            }
        ],
        "edges": [
            {
                "edgeId": "string",
                "sequenceId": "integer",
                "released": "boolean",
                "startNodeId": "string",
                "endNodeId": "string",
                "maxSpeed": "number",
            }
        ],
    },
    "uagv/v2/{manufacturer}/{serial_number}/instantActions": {**_HEAD, "actions": [_ACTION]},
    "fleet/vans/{van}/telemetry": {
        "vin": "string",
        "ts": "integer",
        "position": {"lat": "number", "lon": "number", "heading_deg": "number", "hdop": "number"},
        "speed_kmh": "number",
        "odometer_km": "number",
        "soc_pct": "integer",
        "tyres": {"*": {"pressure_kpa": "number", "temp_c": "number"}},
        "doors": {"driver": "boolean", "rear": "boolean"},
        "fault_codes": ["string"],
    },
    "fleet/vans/{van}/online": "boolean",
    "fleet/vans/{van}/cmd": (
        {"cmd": "string", "door": "string"},
        {"cmd": "string", "seconds": "integer"},
        {"cmd": "string", "target_c": "number", "until": "string"},
    ),
    "fleet/replies/{client}": {"ok": "boolean", "took_ms": "integer", "error": "string"},
    "fleet/dispatch/jobs": (
        {
            "event": "string",
            "job_id": "string",
            "stops": [{"address_id": "string", "window": {"from": "string", "to": "string"}, "parcels": "integer"}],
        },
        {"event": "string", "job_id": "string", "vin": "string"},
        {"event": "string", "job_id": "string", "reason": "string"},
    ),
    "owntracks/{user}/{device}": (
        {
            "_type": "string",
            "lat": "number",
            "lon": "number",
            "acc": "integer",
            "alt": "integer",
            "batt": "integer",
            "conn": "string",
            "tid": "string",
            "tst": "integer",
            "vel": "integer",
            "inregions": ["string"],
        },
        {"_type": "string", "tst": "integer"},
    ),
    "owntracks/{user}/{device}/event": {
        "_type": "string",
        "event": "string",
        "desc": "string",
        "lat": "number",
        "lon": "number",
        "acc": "integer",
        "tid": "string",
        "tst": "integer",
        "wtst": "integer",
    },
    "chargers/{charger}/connectors/{connector}/status": "string",
    "chargers/{charger}/connectors/{connector}/meter": {"wh": "integer", "w": "number", "session": "string"},
    "chargers/{charger}/boot": {"vendor": "string", "model": "string", "firmware": "string", "ip": "string"},
}


class Fleet(System):
    """The fleet, for some time."""

    def run(self, minutes: int = 60) -> None:
        self.headers: dict[str, int] = {}
        self.vans = [f"WV1ZZZ{self.hex(11).upper()}" for _ in range(7)]
        for manufacturer, serial in AGVS:
            self._agv(manufacturer, serial, "connection", {"connectionState": "ONLINE"}, 1, True)
        for charger in ("CP-0001", "CP-0002", "CP-0107"):
            boot = {
                "vendor": "ABB",
                "model": "Terra AC",
                "firmware": "1.8.21",
                "ip": f"10.3.0.{self.random.randrange(2, 250)}",
            }
            self.say(f"chargers/{charger}/boot", boot, 1, True)
        for van in self.vans:
            self.say(f"fleet/vans/{van}/online", "true", 1, True)
        for minute in range(minutes):
            self.pass_time(60)
            for manufacturer, serial in AGVS:
                self._drive(manufacturer, serial, minute)
            for number, van in enumerate(self.vans):
                self._van(van, number)
            for user, device in OWNERS:
                self._phone(user, device)
            self._chargers()
            if self.chance(0.4):
                self._job()
        self._agv(*AGVS[0], "connection", {"connectionState": "CONNECTIONBROKEN"}, 1, True)

    def _agv(
        self, manufacturer: str, serial: str, kind: str, body: dict[str, object], qos: int = 0, retain: bool = False
    ) -> None:
        topic = f"uagv/v2/{manufacturer}/{serial}/{kind}"
        number = self.headers[topic] = self.headers.get(topic, 0) + 1
        head = {
            "headerId": number,
            "timestamp": self.iso(),
            "version": "2.0.0",
            "manufacturer": manufacturer,
            "serialNumber": serial,
        }
        self.say(topic, {**head, **body}, qos, retain)

    def _position(self) -> dict[str, object]:
        where = {
            "x": round(self.random.uniform(0, 90), 3),
            "y": round(self.random.uniform(0, 40), 3),
            "theta": round(self.random.uniform(-3, 3), 4),
        }
        place: dict[str, object] = {**where, "mapId": "hall-1", "positionInitialized": True}
        if self.chance(0.7):
            place["localizationScore"] = round(self.random.uniform(0.7, 0.99), 2)
        return place

    def _action(self) -> dict[str, object]:
        kind = self.random.choice(("pick", "drop", "startCharging", "beep"))
        parameters: list[dict[str, object]] = []
        if kind in ("pick", "drop"):
            parameters = [
                {"key": "loadType", "value": "EPAL"},
                {"key": "height", "value": 0.25},
                {"key": "fast", "value": False},
            ]
        return {
            "actionType": kind,
            "actionId": self.uuid(),
            "blockingType": self.random.choice(("HARD", "NONE", "SOFT")),
            "actionParameters": parameters,
        }

    def _drive(self, manufacturer: str, serial: str, minute: int) -> None:
        velocity = {"vx": round(self.random.uniform(0, 2), 2), "vy": 0.0, "omega": round(self.random.uniform(-1, 1), 2)}
        for _ in range(3):
            self._agv(manufacturer, serial, "visualization", {"agvPosition": self._position(), "velocity": velocity})
        nodes = [f"N{self.random.randrange(1, 60)}" for _ in range(self.random.randrange(0, 4))]
        order = f"order-{self.uuid()}"
        if self.chance(0.15):
            self._order(manufacturer, serial, order, nodes or ["N1"])
        if self.chance(0.04):
            self._agv(manufacturer, serial, "instantActions", {"actions": [self._action()]})
        errors: list[dict[str, object]] = []
        if self.chance(0.08):
            errors = [{"errorType": "noRouteFound", "errorLevel": "WARNING"}]
            if self.chance(0.5):
                errors[0]["errorDescription"] = f"node {self.random.randrange(60)} cannot be reached"
        actions = [
            {"actionId": self.uuid(), "actionStatus": self.random.choice(("WAITING", "RUNNING", "FINISHED"))}
            for _ in nodes[:1]
        ]
        if actions and self.chance(0.3):
            actions[0]["resultDescription"] = "done"
        state: dict[str, object] = {
            "orderId": order if nodes else "",
            "orderUpdateId": 0,
            "lastNodeId": nodes[0] if nodes else "N1",
            "lastNodeSequenceId": 2 * minute,
            "driving": bool(nodes),
            "paused": False,
            "operatingMode": self.random.choice(("AUTOMATIC", "AUTOMATIC", "MANUAL")),
            "agvPosition": self._position(),
            "nodeStates": [{"nodeId": node, "sequenceId": 2 * at, "released": True} for at, node in enumerate(nodes)],
            "edgeStates": [
                {"edgeId": f"E{at}", "sequenceId": 2 * at + 1, "released": at < 2}
                for at in range(max(0, len(nodes) - 1))
            ],
            "actionStates": actions,
            "batteryState": {
                "batteryCharge": round(self.random.uniform(20, 99), 1),
                "batteryVoltage": round(self.random.uniform(46, 53), 1),
                "charging": False,
            },
            "errors": errors,
            "safetyState": {"eStop": self.random.choice(("NONE", "NONE", "AUTOACK")), "fieldViolation": False},
        }
        self._agv(manufacturer, serial, "state", state)

    def _order(self, manufacturer: str, serial: str, order: str, nodes: list[str]) -> None:
        placed = [
            {
                "nodeId": node,
                "sequenceId": 2 * at,
                "released": True,
                "nodePosition": {
                    "x": round(self.random.uniform(0, 90), 2),
                    "y": round(self.random.uniform(0, 40), 2),
                    "mapId": "hall-1",
                },
                "actions": [self._action()] if at == len(nodes) - 1 else [],
            }
            for at, node in enumerate(nodes)
        ]
        edges = [
            {
                "edgeId": f"E{at}",
                "sequenceId": 2 * at + 1,
                "released": True,
                "startNodeId": one,
                "endNodeId": other,
                "maxSpeed": 1.2,
            }
            for at, (one, other) in enumerate(pairwise(nodes))
        ]
        self._agv(
            manufacturer, serial, "order", {"orderId": order, "orderUpdateId": 0, "nodes": placed, "edges": edges}
        )

    def _van(self, van: str, number: int) -> None:
        if self.chance(0.02):
            self.say(f"fleet/vans/{van}/online", "false", 1, True)
            self.say(f"fleet/vans/{van}/online", "true", 1, True)
        for _ in range(self.random.choice((0, 1, 1, 4))):
            tyres = {
                wheel: {
                    "pressure_kpa": round(self.random.uniform(280, 340), 1),
                    "temp_c": round(self.random.uniform(-5, 40), 1),
                }
                for wheel in ("11", "12", "21", "22")
            }
            telemetry: dict[str, object] = {
                "vin": van,
                "ts": int(self.now * 1000),
                "position": {
                    "lat": round(self.random.uniform(47, 49), 6),
                    "lon": round(self.random.uniform(10, 12), 6),
                },
                "speed_kmh": round(self.random.uniform(0, 90), 1),
                "odometer_km": round(12000 + self.now % 5000, 1),
                "soc_pct": self.random.randrange(5, 101),
                "tyres": tyres if number % 3 else {},
                "fault_codes": [f"P{self.random.randrange(1000, 2000):04d}"] if self.chance(0.1) else [],
            }
            if self.chance(0.7):
                assert isinstance(telemetry["position"], dict)
                telemetry["position"] |= {"heading_deg": round(self.random.uniform(0, 360), 1), "hdop": 0.9}
            if self.chance(0.3):
                telemetry["doors"] = {"driver": self.chance(0.5), "rear": False}
            self.say(f"fleet/vans/{van}/telemetry", telemetry, self.random.choice((0, 0, 1)))
        if self.chance(0.06):
            self._command(van)

    def _command(self, van: str) -> None:
        client = f"fleet/replies/ops-{self.random.randrange(1, 4)}"
        command = self.random.choice(
            (
                {"cmd": "unlock", "door": self.random.choice(("rear", "driver"))},
                {"cmd": "honk", "seconds": self.random.randrange(1, 5)},
                {"cmd": "preheat", "target_c": 21.5, "until": self.iso(self.now + 900)},
            )
        )
        correlation = self.random.randbytes(8)
        self.say(f"fleet/vans/{van}/cmd", command, 1, response_topic=client, correlation=correlation)
        answer: dict[str, object] = {"ok": True, "took_ms": self.random.randrange(20, 900)}
        if self.chance(0.2):
            answer = {"ok": False, "took_ms": 5000, "error": "no answer of the gateway"}
        self.say(client, answer, 1, correlation=correlation)

    def _job(self) -> None:
        job = self.uuid()
        stops = [
            {
                "address_id": f"ADR{self.random.randrange(10**5)}",
                "window": {"from": self.iso(), "to": self.iso(self.now + 7200)},
                "parcels": self.random.randrange(1, 6),
            }
            for _ in range(self.random.randrange(1, 5))
        ]
        self.say("fleet/dispatch/jobs", {"event": "job_created", "job_id": job, "stops": stops}, 1)
        self.say(
            "fleet/dispatch/jobs", {"event": "job_assigned", "job_id": job, "vin": self.random.choice(self.vans)}, 1
        )
        if self.chance(0.3):
            self.say(
                "fleet/dispatch/jobs",
                {
                    "event": "job_cancelled",
                    "job_id": job,
                    "reason": self.random.choice(("customer called", "van broke down")),
                },
                1,
            )

    def _phone(self, user: str, device: str) -> None:
        tid = user[:2].upper()
        place = {
            "lat": round(self.random.uniform(47, 49), 7),
            "lon": round(self.random.uniform(10, 12), 7),
            "acc": self.random.randrange(4, 80),
        }
        seconds = int(self.now)
        if self.chance(0.3):
            fix: dict[str, object] = {
                "_type": "location",
                **place,
                "alt": 519,
                "batt": self.random.randrange(1, 101),
                "conn": self.random.choice(("w", "m")),
                "tid": tid,
                "tst": seconds,
            }
            if self.chance(0.5):
                fix["vel"] = self.random.randrange(0, 120)
            if self.chance(0.3):
                fix["inregions"] = ["depot"]
            self.say(f"owntracks/{user}/{device}", fix, 1, True)
        if self.chance(0.03):
            self.say(f"owntracks/{user}/{device}", {"_type": "lwt", "tst": seconds}, 1)
        if self.chance(0.06):
            event = {
                "event": self.random.choice(("enter", "leave")),
                "desc": "depot",
                "tid": tid,
                "tst": seconds,
                "wtst": seconds - 86400,
            }
            self.say(f"owntracks/{user}/{device}/event", {"_type": "transition", **event, **place}, 1)

    def _chargers(self) -> None:
        for charger in ("CP-0001", "CP-0002", "CP-0107"):
            for connector in ("1", "2") if charger != "CP-0107" else ("1",):
                base = f"chargers/{charger}/connectors/{connector}"
                if self.chance(0.1):
                    self.say(
                        f"{base}/status",
                        self.random.choice(("Available", "Preparing", "Charging", "Finishing")),
                        1,
                        True,
                    )
                if self.chance(0.4):
                    watts = self.random.choice((0, 3700, 11000, 22000.5))
                    self.say(
                        f"{base}/meter",
                        {"wh": self.random.randrange(0, 60000), "w": watts, "session": self.uuid() if watts else None},
                    )
