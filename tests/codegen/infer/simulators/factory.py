"""A factory: a unified namespace by ISA-95, Sparkplug B, CloudEvents of the maintenance, text tags of an old PLC."""

from __future__ import annotations

from tests.codegen.infer.simulators.base import System

LAYOUT = {
    "munich": {
        "packaging": {"line1": ("filler", "capper", "labeller"), "line2": ("filler", "capper")},
        "moulding": {"line1": ("press-01", "press-02"), "line2": ("press-03",)},
    },
    "dresden": {"packaging": {"line1": ("filler", "palletizer")}},
}
STATES = ("EXECUTE", "IDLE", "HELD", "STOPPED", "SUSPENDED")
"""States of PackML."""
_TAG = {"value": "number", "unit": "string", "timestamp": "string", "quality": "string"}
TRUTH = {
    "acme/{site}/{area}/{line}/{cell}/state": {"state": "string", "since": "string", "operator": "string"},
    "acme/{site}/{area}/{line}/{cell}/oee": {
        "availability": "number",
        "performance": "number",
        "quality": "number",
        "oee": "number",
        "shift": "string",
        "timestamp": "string",
    },
    "acme/{site}/{area}/{line}/{cell}/process/temperature": _TAG,
    "acme/{site}/{area}/{line}/{cell}/process/pressure": _TAG,
    "acme/{site}/{area}/{line}/{cell}/process/cycle_time": _TAG,
    "acme/{site}/{area}/{line}/{cell}/alarms": (
        {"type": "string", "id": "string", "severity": "integer", "text": "string", "raised_at": "string"},
        {"type": "string", "id": "string", "cleared_at": "string", "duration_s": "number"},
        {"type": "string", "id": "string", "acknowledged_by": "string", "acknowledged_at": "string"},
    ),
    "acme/{site}/{area}/{line}/job/current": {
        "order_id": "string",
        "article": "string",
        "target": "integer",
        "good": "integer",
        "scrap": "integer",
        "scrap_by_reason": {"*": "integer"},
        "started_at": "string",
        "due": "string",
        "customer": "string",
    },
    "acme/{site}/{area}/{line}/recipe/request": {"request_id": "string", "article": "string"},
    "acme/{site}/{area}/{line}/recipe/response": {
        "request_id": "string",
        "ok": "boolean",
        "setpoints": [{"tag": "string", "value": "number", "unit": "string"}],
        "error": "string",
    },
    "acme/{site}/maintenance/events": (
        {"machine": "string", "technician": "string", "planned_min": "integer"},
        {"machine": "string", "result": "string", "parts": [{"sku": "string", "qty": "integer"}]},
    ),
    "spBv1.0/{group_id}/NBIRTH/{edge_node_id}": "bytes",
    "spBv1.0/{group_id}/NDEATH/{edge_node_id}": "bytes",
    "spBv1.0/{group_id}/NDATA/{edge_node_id}": "bytes",
    "spBv1.0/{group_id}/DBIRTH/{edge_node_id}/{device_id}": "bytes",
    "spBv1.0/{group_id}/DDATA/{edge_node_id}/{device_id}": "bytes",
    "spBv1.0/{group_id}/DCMD/{edge_node_id}/{device_id}": "bytes",
    "spBv1.0/STATE/{host_id}": {"online": "boolean", "timestamp": "integer"},
    "plc/{plc}/counter/{tag}": "integer",
    "plc/{plc}/status": "string",
    "energy/meters/{meter}": {
        "meterId": "string",
        "ts": "integer",
        "activePower_kw": "number",
        "energy_kwh": "number",
        "phases": [{"voltage_v": "number", "current_a": "number"}],
        "tariff": "string",
    },
    "andon/{display}": "string",
}


class Factory(System):
    """The factory, for some hours."""

    def run(self, hours: float = 2) -> None:
        self._start()
        for minute in range(int(hours * 60)):
            self.pass_time(60)
            for site, area, line, cell in self._cells():
                self._cell(f"acme/{site}/{area}/{line}/{cell}", cell, minute)
            for site, area, line in {cell[:3]: None for cell in self._cells()}:
                self._line(f"acme/{site}/{area}/{line}", minute)
            self._sparkplug(minute)
            self._others(minute)

    def _cells(self) -> list[tuple[str, str, str, str]]:
        return [
            (site, area, line, cell)
            for site, areas in LAYOUT.items()
            for area, lines in areas.items()
            for line, cells in lines.items()
            for cell in cells
        ]

    def _start(self) -> None:
        self.say("spBv1.0/STATE/scada-1", {"online": True, "timestamp": int(self.now * 1000)}, 1, True)
        for plc in ("S7-1500-a", "S7-1500-b"):
            self.say(f"plc/{plc}/status", "RUN", 1, True)
        for edge in ("edge-01", "edge-02"):
            self._proto(f"spBv1.0/plant-a/NBIRTH/{edge}", 220)
            for device in ("robot7", "scale", "oven-3")[: 3 if edge == "edge-01" else 2]:
                self._proto(f"spBv1.0/plant-a/DBIRTH/{edge}/{device}", 400)

    def _proto(self, topic: str, size: int, qos: int = 0) -> None:
        stamp = int(self.now * 1000)
        varint = bytes((stamp >> shift & 0x7F) | 0x80 for shift in range(0, 35, 7)) + bytes([stamp >> 35 & 0x7F])
        self.say(topic, b"\x08" + varint + b"\x12" + self.random.randbytes(size) + b"\xff", qos)

    def _cell(self, base: str, cell: str, minute: int) -> None:
        if self.chance(0.08):
            state: dict[str, object] = {"state": self.random.choice(STATES), "since": self.iso()}
            if self.chance(0.5):
                state["operator"] = f"op-{self.random.randrange(100, 999)}"
            self.say(f"{base}/state", state, 1, True)
        if minute % 15 == 0:
            parts = [round(self.random.uniform(0.6, 1.0), 3) for _ in range(3)]
            oee = {
                "availability": parts[0],
                "performance": parts[1],
                "quality": parts[2],
                "oee": round(parts[0] * parts[1] * parts[2], 3),
            }
            self.say(
                f"{base}/oee",
                {**oee, "shift": self.random.choice(("early", "late", "night")), "timestamp": self.iso()},
                1,
                True,
            )
        tags = {"temperature": (180, 240, "°C"), "cycle_time": (2.1, 4.5, "s")}
        if cell.startswith("press") or cell == "filler":
            tags["pressure"] = (3.5, 6.0, "bar")
        for tag, (low, high, unit) in tags.items():
            if self.chance(0.4):
                value: object = round(self.random.uniform(low, high), 2)
                quality = "GOOD"
                if self.chance(0.02):
                    value, quality = None, "BAD"
                self.say(
                    f"{base}/process/{tag}", {"value": value, "unit": unit, "timestamp": self.iso(), "quality": quality}
                )
        if self.chance(0.03):
            self._alarm(base)

    def _alarm(self, base: str) -> None:
        alarm = self.uuid()
        severity = self.random.choice((100, 300, 700))
        raised = {
            "type": "alarm_raised",
            "id": alarm,
            "severity": severity,
            "text": f"E{self.random.randrange(100, 999)} guard open",
        }
        self.say(f"{base}/alarms", {**raised, "raised_at": self.iso()}, 2)
        if self.chance(0.6):
            who = {
                "acknowledged_by": f"op-{self.random.randrange(100, 999)}",
                "acknowledged_at": self.iso(self.now + 9),
            }
            self.say(f"{base}/alarms", {"type": "alarm_acknowledged", "id": alarm, **who}, 2)
        cleared = {"cleared_at": self.iso(self.now + 30), "duration_s": round(self.random.uniform(3, 90), 1)}
        self.say(f"{base}/alarms", {"type": "alarm_cleared", "id": alarm, **cleared}, 2)

    def _line(self, base: str, minute: int) -> None:
        if minute % 10 == 0:
            good = self.random.randrange(0, 9000)
            job = {
                "order_id": f"PO-{self.random.randrange(10**6, 10**7)}",
                "article": f"A{self.random.randrange(1000, 9999)}-{self.random.choice('XYZ')}",
                "target": 9000,
                "good": good,
                "scrap": good // 80,
                "scrap_by_reason": {str(self.random.randrange(10, 60)): self.random.randrange(1, 9) for _ in range(3)},
                "started_at": self.iso(self.now - 3600),
                "due": self.iso(self.now + 86400)[:10],
                "customer": self.random.choice((None, "Brauerei Süd", "Müller & Söhne")),
            }
            self.say(f"{base}/job/current", job, 1, True)
        if self.chance(0.03):
            request = self.uuid()
            self.say(f"{base}/recipe/request", {"request_id": request, "article": "A1000-X"}, 1)
            points = [
                {"tag": f"T{number}", "value": round(self.random.uniform(1, 200), 1), "unit": "°C"}
                for number in range(self.random.randrange(1, 4))
            ]
            answer = {"request_id": request, "ok": True, "setpoints": points}
            if self.chance(0.2):
                answer = {"request_id": request, "ok": False, "setpoints": [], "error": "unknown article"}
            self.say(f"{base}/recipe/response", answer, 1)

    def _sparkplug(self, minute: int) -> None:
        for edge in ("edge-01", "edge-02"):
            self._proto(f"spBv1.0/plant-a/NDATA/{edge}", self.random.randrange(30, 90))
            for device in ("robot7", "scale", "oven-3")[: 3 if edge == "edge-01" else 2]:
                self._proto(f"spBv1.0/plant-a/DDATA/{edge}/{device}", self.random.randrange(20, 300))
                if self.chance(0.02):
                    self._proto(f"spBv1.0/plant-a/DCMD/{edge}/{device}", 24)
        if minute == 70:
            self._proto("spBv1.0/plant-a/NDEATH/edge-02", 12, 1)
            self._proto("spBv1.0/plant-a/NBIRTH/edge-02", 220)
        if minute % 30 == 0:
            self.say("spBv1.0/STATE/scada-1", {"online": True, "timestamp": int(self.now * 1000)}, 1, True)

    def _others(self, minute: int) -> None:
        for plc in ("S7-1500-a", "S7-1500-b"):
            for tag in ("DB10.DBW0", "DB10.DBW2", "DB11.DBD4"):
                self.say(f"plc/{plc}/counter/{tag}", str(self.random.randrange(0, 65535)))
            if self.chance(0.05):
                self.say(f"plc/{plc}/status", self.random.choice(("RUN", "STOP", "RUN")), 1, True)
        for meter in ("4711", "4712", "4720"):
            phases = [
                {
                    "voltage_v": round(self.random.uniform(228, 236), 1),
                    "current_a": round(self.random.uniform(0, 60), 2),
                }
                for _ in range(3)
            ]
            reading = {
                "meterId": meter,
                "ts": int(self.now * 1000),
                "activePower_kw": round(self.random.uniform(1, 90), 3),
            }
            tariff = self.random.choice(("HT", "NT"))
            self.say(
                f"energy/meters/{meter}",
                {**reading, "energy_kwh": round(self.now / 1e5, 3), "phases": phases, "tariff": tariff},
                1,
            )
        if minute % 6 == 0:
            for display in ("hall-1", "hall-2", "gate"):
                self.say(f"andon/{display}", f"Shift target {self.random.randrange(60, 101)} %", 0, True)
        if self.chance(0.15):
            self._maintenance()

    def _maintenance(self) -> None:
        site = self.random.choice(tuple(LAYOUT))
        machine = f"press-{self.random.randrange(1, 4):02d}"
        begun = {
            "machine": machine,
            "technician": f"t{self.random.randrange(10, 99)}",
            "planned_min": self.random.randrange(10, 120),
        }
        parts = [{"sku": f"SKU{self.random.randrange(100, 999)}", "qty": 1} for _ in range(self.random.randrange(0, 3))]
        ended = {"machine": machine, "result": self.random.choice(("repaired", "replaced")), "parts": parts}
        for kind, data in (("com.acme.maintenance.started", begun), ("com.acme.maintenance.finished", ended)):
            event = {
                "specversion": "1.0",
                "id": self.uuid(),
                "source": f"/sites/{site}/cmms",
                "type": kind,
                "time": self.iso(),
                "datacontenttype": "application/json",
                "data": data,
            }
            self.say(f"acme/{site}/maintenance/events", event, 1)
