"""A home: Zigbee2MQTT, Home Assistant, Tasmota, ESPHome, Frigate, and a few sensors of the owner's own."""

from __future__ import annotations

import struct

from tests.codegen.infer.simulators.base import System

LAMPS = ("kitchen_lamp", "hallway", "0xa4c1380bd7d2d1ee", "Bedroom Lamp")
CLIMATES = ("bathroom_climate", "0x00158d0004abcd12", "cellar")
MOTIONS = ("hall_motion", "garage_motion")
CONTACTS = ("front_door", "terrace_door", "0x00158d00051f3b77")
BUTTONS = ("bed_button",)
PLUGS = ("tasmota_3F2A1C", "washing-machine", "tasmota_8812B0")
ROOMS = ("living", "kids", "office", "attic")

_UPDATE = {"state": "string", "installed_version": "integer", "latest_version": "integer"}
_DEVICE = {"ieee_address": "string", "type": "string", "friendly_name": "string", "supported": "boolean"}
_Z2M = {
    "linkquality": "integer",
    "state": "string",
    "brightness": "integer",
    "color_mode": "string",
    "color_temp": "integer",
    "color": {"x": "number", "y": "number"},
    "update": _UPDATE,
    "update_available": "boolean",
    "temperature": "number",
    "humidity": "number",
    "pressure": "number",
    "battery": "integer",
    "voltage": "integer",
    "occupancy": "boolean",
    "illuminance": "integer",
    "contact": "boolean",
    "action": "string",
}
_DISCOVERY = {
    "name": "string",
    "unique_id": "string",
    "object_id": "string",
    "state_topic": "string",
    "command_topic": "string",
    "schema": "string",
    "brightness": "boolean",
    "supported_color_modes": ["string"],
    "value_template": "string",
    "unit_of_measurement": "string",
    "device_class": "string",
    "state_class": "string",
    "payload_on": "boolean",
    "payload_off": "boolean",
    "availability": [{"topic": "string", "value_template": "string"}],
    "availability_mode": "string",
    "device": {"identifiers": ["string"], "manufacturer": "string", "model": "string", "name": "string"},
    "origin": {"name": "string", "sw": "string", "url": "string"},
    "enabled_by_default": "boolean",
}
_TASMOTA_STATE = {
    "Time": "string",
    "Uptime": "string",
    "UptimeSec": "integer",
    "Heap": "integer",
    "SleepMode": "string",
    "Sleep": "integer",
    "LoadAvg": "integer",
    "MqttCount": "integer",
    "POWER": "string",
    "Wifi": {
        "AP": "integer",
        "SSId": "string",
        "BSSId": "string",
        "Channel": "integer",
        "RSSI": "integer",
        "Signal": "integer",
        "LinkCount": "integer",
        "Downtime": "string",
    },
}
_ENERGY = {
    "TotalStartTime": "string",
    "Total": "number",
    "Yesterday": "number",
    "Today": "number",
    "Period": "integer",
    "Power": "integer",
    "ApparentPower": "integer",
    "ReactivePower": "integer",
    "Factor": "number",
    "Voltage": "integer",
    "Current": "number",
}
_FRIGATE = {
    "id": "string",
    "camera": "string",
    "frame_time": "number",
    "label": "string",
    "sub_label": "string",
    "top_score": "number",
    "score": "number",
    "false_positive": "boolean",
    "start_time": "number",
    "end_time": "number",
    "box": ["integer"],
    "area": "integer",
    "current_zones": ["string"],
    "has_snapshot": "boolean",
}
TRUTH = {
    "zigbee2mqtt/{friendly_name}": _Z2M,
    "zigbee2mqtt/{friendly_name}/availability": {"state": "string"},
    "zigbee2mqtt/{friendly_name}/set": {"state": "string", "brightness": "integer", "transition": "number"},
    "zigbee2mqtt/bridge/state": {"state": "string"},
    "zigbee2mqtt/bridge/info": {
        "version": "string",
        "commit": "string",
        "coordinator": {"type": "string", "ieee_address": "string"},
        "network": {"channel": "integer", "pan_id": "integer"},
        "log_level": "string",
        "permit_join": "boolean",
        "restart_required": "boolean",
    },
    "zigbee2mqtt/bridge/devices": [
        {**_DEVICE, "definition": {"model": "string", "vendor": "string"}, "power_source": "string"}
    ],
    "zigbee2mqtt/bridge/logging": {"level": "string", "message": "string"},
    "zigbee2mqtt/bridge/event": (
        {"type": "string", "data": {"friendly_name": "string", "ieee_address": "string", "status": "string"}},
    ),
    "zigbee2mqtt/bridge/request/permit_join": {"time": "integer", "transaction": "string"},
    "zigbee2mqtt/bridge/response/permit_join": {
        "data": {"time": "integer"},
        "status": "string",
        "transaction": "string",
        "error": "string",
    },
    "homeassistant/{component}/{node_id}/{object_id}/config": _DISCOVERY,
    "homeassistant/status": "string",
    "tele/{device}/STATE": _TASMOTA_STATE,
    "tele/{device}/SENSOR": {"Time": "string", "ENERGY": _ENERGY},
    "tele/{device}/LWT": "string",
    "stat/{device}/RESULT": {"POWER": "string"},
    "stat/{device}/POWER": "string",
    "cmnd/{device}/POWER": "string",
    "esp-garage/status": "string",
    "esp-garage/debug": "string",
    "esp-garage/sensor/door_distance/state": "number",
    "esp-garage/sensor/wifi_signal/state": "integer",
    "esp-garage/cover/door/state": "string",
    "esp-garage/cover/door/command": "string",
    "home/{room}/temperature": "number",
    "home/{room}/humidity": "integer",
    "home/{room}/window": "string",
    "frigate/available": "string",
    "frigate/events": {"type": "string", "before": _FRIGATE, "after": _FRIGATE},
    "frigate/{camera}/person": "integer",
    "frigate/{camera}/person/snapshot": "bytes",
    "frigate/stats": {
        "detection_fps": "number",
        "cameras": {"*": {"camera_fps": "number", "process_fps": "number", "pid": "integer"}},
        "service": {"uptime": "integer", "version": "string"},
    },
}


class Home(System):
    """The home, for some hours."""

    def run(self, hours: float = 6) -> None:
        self._start()
        for minute in range(int(hours * 60)):
            self.pass_time(60)
            self._zigbee()
            if minute % 5 == 0:
                self._tasmota()
            if minute % 2 == 0:
                self._own()
            self._esp(minute)
            if self.chance(0.05):
                self._person()
            if minute % 60 == 30:
                self._join()
        self.say("zigbee2mqtt/bridge/state", {"state": "offline"}, 1, True)

    def _start(self) -> None:
        self.say("zigbee2mqtt/bridge/state", {"state": "online"}, 1, True)
        info = {
            "version": "2.1.3",
            "commit": self.hex(8),
            "coordinator": {"type": "EmberZNet", "ieee_address": f"0x{self.hex(16)}"},
            "network": {"channel": 15, "pan_id": 6754},
            "log_level": "info",
            "permit_join": False,
            "restart_required": False,
        }
        for _ in range(3):
            self.say("zigbee2mqtt/bridge/info", info, 0, True)
        devices = [
            {
                "ieee_address": f"0x{self.hex(16)}",
                "type": "EndDevice" if name not in LAMPS else "Router",
                "friendly_name": name,
                "supported": True,
                "definition": {"model": "LED1836G9", "vendor": "IKEA"},
                "power_source": "Battery" if name not in LAMPS else "Mains (single phase)",
            }
            for name in (*LAMPS, *CLIMATES, *MOTIONS, *CONTACTS, *BUTTONS)
        ]
        coordinator = {"ieee_address": "0x00124b001ca6", "type": "Coordinator", "friendly_name": "Coordinator"}
        self.say(
            "zigbee2mqtt/bridge/devices", [{**coordinator, "supported": True, "definition": None}, *devices], 0, True
        )
        self.say("homeassistant/status", "online", 0, True)
        self.say("frigate/available", "online", 1, True)
        self.say("esp-garage/status", "online", 1, True)
        for name in (*LAMPS, *CLIMATES, *MOTIONS, *CONTACTS, *BUTTONS):
            self.say(f"zigbee2mqtt/{name}/availability", {"state": "online"}, 0, True)
        for device in PLUGS:
            self.say(f"tele/{device}/LWT", "Online", 1, True)
        self._discover()

    def _discover(self) -> None:
        for name in LAMPS:
            config = self._config(name, "light", name)
            config |= {"schema": "json", "brightness": True, "supported_color_modes": ["color_temp", "xy"]}
            config["command_topic"] = f"zigbee2mqtt/{name}/set"
            self._announce("light", name, "light", config)
        for name in CLIMATES:
            for kind, unit in (("temperature", "°C"), ("humidity", "%"), ("battery", "%")):
                config = self._config(name, kind, kind.title())
                config |= {"unit_of_measurement": unit, "device_class": kind, "state_class": "measurement"}
                config["value_template"] = f"{{{{ value_json.{kind} }}}}"
                if kind == "battery":
                    config["enabled_by_default"] = True
                self._announce("sensor", name, kind, config)
        for name in CONTACTS:
            config = self._config(name, "contact", None)
            config |= {"payload_on": False, "payload_off": True, "device_class": "door"}
            self._announce("binary_sensor", name, "contact", config)

    def _config(self, name: str, kind: str, title: str | None) -> dict[str, object]:
        node = name.replace(" ", "_").lower()
        return {
            "name": title,
            "unique_id": f"{node}_{kind}_zigbee2mqtt",
            "object_id": f"{node}_{kind}",
            "state_topic": f"zigbee2mqtt/{name}",
            "availability": [{"topic": "zigbee2mqtt/bridge/state", "value_template": "{{ value_json.state }}"}],
            "availability_mode": "all",
            "device": {
                "identifiers": [f"zigbee2mqtt_{self.hex(16)}"],
                "manufacturer": "IKEA",
                "model": "TRADFRI",
                "name": name,
            },
            "origin": {"name": "Zigbee2MQTT", "sw": "2.1.3", "url": "https://www.zigbee2mqtt.io"},
        }

    def _announce(self, component: str, name: str, kind: str, config: dict[str, object]) -> None:
        node = "0x" + f"{hash_of(name):016x}"
        self.say(f"homeassistant/{component}/{node}/{kind}/config", config, 1, True)

    def _zigbee(self) -> None:
        for name in LAMPS:
            if self.chance(0.06):
                on = self.chance(0.5)
                command: dict[str, object] = {"state": "ON" if on else "OFF"}
                if on and self.chance(0.6):
                    command["brightness"] = self.random.randrange(1, 255)
                if self.chance(0.2):
                    command["transition"] = self.random.choice((0.5, 1.5, 2.5))
                self.say(f"zigbee2mqtt/{name}/set", command, self.random.choice((0, 0, 1)))
                state = {
                    "state": command["state"],
                    "brightness": self.random.randrange(1, 255),
                    "color_mode": self.random.choice(("color_temp", "xy")),
                    "color_temp": self.random.randrange(250, 454),
                    "color": {"x": round(self.random.random(), 4), "y": round(self.random.random(), 4)},
                    "linkquality": self.random.randrange(20, 255),
                    "update": {"state": "idle", "installed_version": 587806257, "latest_version": 587806257},
                    "update_available": None,
                }
                for _ in range(self.random.choice((1, 1, 2, 3))):  # devices report in bursts
                    self.say(f"zigbee2mqtt/{name}", state, 0, True)
        for name in CLIMATES:
            if self.chance(0.1):
                value: dict[str, object] = {"temperature": round(self.random.uniform(15, 27), 2)}
                value |= {"humidity": round(self.random.uniform(30, 70), 2), "linkquality": 120}
                if name != "cellar":
                    value |= {"pressure": round(self.random.uniform(990, 1030), 1)}
                value |= {"battery": self.random.randrange(5, 100), "voltage": self.random.randrange(2500, 3100)}
                self.say(f"zigbee2mqtt/{name}", value)
        for name in MOTIONS:
            if self.chance(0.08):
                for occupied in (True, False):
                    lux = self.random.randrange(0, 900)
                    self.say(
                        f"zigbee2mqtt/{name}",
                        {"occupancy": occupied, "illuminance": lux, "linkquality": 80, "battery": 100},
                    )
        for name in CONTACTS:
            if self.chance(0.05):
                shown = {"contact": self.chance(0.5), "linkquality": self.random.randrange(10, 200), "battery": 97}
                self.say(f"zigbee2mqtt/{name}", shown | ({"voltage": 3055} if self.chance(0.5) else {}))
        for name in BUTTONS:
            if self.chance(0.03):
                pressed = self.random.choice(("single", "double", "hold"))
                self.say(f"zigbee2mqtt/{name}", {"action": pressed, "linkquality": 66, "battery": 74})
                self.say(f"zigbee2mqtt/{name}", {"action": "", "linkquality": 66, "battery": 74})
        if self.chance(0.3):
            text = f"MQTT publish: topic 'zigbee2mqtt/x', payload '{self.hex(6)}'"
            self.say(
                "zigbee2mqtt/bridge/logging",
                {"level": self.random.choice(("info", "debug", "warning")), "message": text},
            )

    def _join(self) -> None:
        transaction = f"{self.hex(5)}-1"
        self.say("zigbee2mqtt/bridge/request/permit_join", {"time": 254, "transaction": transaction})
        answer: dict[str, object] = {"data": {"time": 254}, "status": "ok", "transaction": transaction}
        self.say("zigbee2mqtt/bridge/response/permit_join", answer)
        name = f"0x{self.hex(16)}"
        data: dict[str, object] = {"friendly_name": name, "ieee_address": name}
        self.say("zigbee2mqtt/bridge/event", {"type": "device_joined", "data": data})
        self.say("zigbee2mqtt/bridge/event", {"type": "device_interview", "data": {**data, "status": "started"}})
        self.say("zigbee2mqtt/bridge/event", {"type": "device_announce", "data": data})

    def _tasmota(self) -> None:
        for number, device in enumerate(PLUGS):
            uptime = int(self.now - 1_767_000_000)
            wifi = {
                "AP": 1,
                "SSId": "home",
                "BSSId": "A4:2B:B0:D5:11:0C",
                "Channel": 6,
                "RSSI": self.random.randrange(50, 100),
                "Signal": -self.random.randrange(40, 80),
                "LinkCount": 1,
                "Downtime": "0T00:00:03",
            }
            local = self.iso()[:19]
            self.say(
                f"tele/{device}/STATE",
                {
                    "Time": local,
                    "Uptime": f"{uptime // 86400}T01:15:09",
                    "UptimeSec": uptime,
                    "Heap": self.random.randrange(20, 28),
                    "SleepMode": "Dynamic",
                    "Sleep": 50,
                    "LoadAvg": 19,
                    "MqttCount": 1,
                    "POWER": self.random.choice(("ON", "OFF")),
                    "Wifi": wifi,
                },
            )
            if number != 1:
                watts = self.random.randrange(0, 2200)
                energy = {
                    "TotalStartTime": "2025-03-01T10:00:00",
                    "Total": round(uptime / 7919, 3),
                    "Yesterday": 1.204,
                    "Today": round(self.random.random(), 3),
                    "Period": watts // 60,
                    "Power": watts,
                    "ApparentPower": watts + 9,
                    "ReactivePower": 31,
                    "Factor": round(self.random.uniform(0.5, 1.0), 2),
                    "Voltage": self.random.randrange(225, 238),
                    "Current": round(watts / 230, 3),
                }
                self.say(f"tele/{device}/SENSOR", {"Time": local, "ENERGY": energy})
            if self.chance(0.3):
                word = self.random.choice(("ON", "OFF"))
                self.say(f"cmnd/{device}/POWER", self.random.choice((word, word, "TOGGLE", "")))
                self.say(f"stat/{device}/RESULT", {"POWER": word})
                self.say(f"stat/{device}/POWER", word)

    def _own(self) -> None:
        for room in ROOMS:
            if self.chance(0.4):
                self.say(f"home/{room}/temperature", f"{self.random.uniform(17, 24):.1f}", 0, True)
                self.say(f"home/{room}/humidity", str(self.random.randrange(30, 70)), 0, True)
            if self.chance(0.05):
                self.say(f"home/{room}/window", self.random.choice(("open", "closed")), 1, True)

    def _esp(self, minute: int) -> None:
        self.say("esp-garage/sensor/door_distance/state", f"{self.random.uniform(0.1, 2.4):.2f}", 0, True)
        if minute % 3 == 0:
            self.say("esp-garage/sensor/wifi_signal/state", str(-self.random.randrange(40, 90)), 0, True)
            self.say("esp-garage/debug", f"\x1b[0;36m[D][sensor:094]: 'Distance': {self.hex(3)}\x1b[0m")
        if self.chance(0.03):
            self.say("esp-garage/cover/door/command", self.random.choice(("OPEN", "CLOSE")))
            for state in ("opening", "open") if self.chance(0.5) else ("closing", "closed"):
                self.say("esp-garage/cover/door/state", state, 0, True)

    def _person(self) -> None:
        camera = self.random.choice(("driveway", "garden", "porch"))
        event = {
            "id": f"{self.now:.6f}-{self.hex(6)}",
            "camera": camera,
            "frame_time": self.now + 0.25,
            "label": "person",
            "sub_label": None,
            "top_score": round(self.random.uniform(0.6, 0.99), 4),
            "score": round(self.random.uniform(0.6, 0.99), 4),
            "false_positive": False,
            "start_time": self.now + 0.125,
            "end_time": None,
            "box": [self.random.randrange(0, 1900) for _ in range(4)],
            "area": self.random.randrange(2000, 90000),
            "current_zones": self.random.choice(([], ["yard"], ["yard", "step"])),
            "has_snapshot": True,
        }
        self.say("frigate/events", {"type": "new", "before": event, "after": event})
        self.say(f"frigate/{camera}/person", "1", 0, True)
        self.say(
            f"frigate/{camera}/person/snapshot", struct.pack(">I", 0xFFD8FFE0) + self.random.randbytes(3000), 0, True
        )
        for _ in range(self.random.randrange(0, 4)):
            self.say("frigate/events", {"type": "update", "before": event, "after": event})
        over = {**event, "end_time": self.now + 20.5}
        self.say("frigate/events", {"type": "end", "before": event, "after": over})
        self.say(f"frigate/{camera}/person", "0", 0, True)
        cameras = {
            name: {
                "camera_fps": round(self.random.uniform(4, 5), 1),
                "process_fps": 5.1,
                "pid": self.random.randrange(300, 900),
            }
            for name in ("driveway", "garden", "porch")
        }
        service = {"uptime": int(self.now - 1_767_200_000), "version": "0.15.0-abc"}
        self.say("frigate/stats", {"detection_fps": 12.4, "cameras": cameras, "service": service})


def hash_of(name: str) -> int:
    """Return the address of a device, always the same for one name."""
    value = 0x00158D0000000000
    for char in name:
        value = (value * 31 + ord(char)) & 0xFFFFFFFFFFFFFFFF
    return value
