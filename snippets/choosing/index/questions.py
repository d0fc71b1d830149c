"""Thirteen questions about one piece of state, and the answers to each."""

ASK = {
    "loss": "If it vanished now, who would notice?",
    "source": "Can it be recomputed?",
    "life": "How long must it live?",
    "writers": "Who writes it?",
    "guarantee": "What must a reader be sure of?",
    "client": "What may the client do with it?",
    "revoke": "Must it be revocable within seconds?",
    "size": "Does it fit 3 kB on every request?",
    "shared": "Is it shared across devices or users?",
    "retried": "Is the operation retried?",
    "deploy": "May a deploy log people out?",
    "outage": "Its store is down. What then?",
    "traffic": "How is it read and written?",
}

ANSWERS = {
    "loss": ["nobody", "its user", "others too"],
    "source": ["no", "yes"],
    "life": ["one request", "one connection", "one session", "longer"],
    "writers": ["one client", "many clients", "replicas at once"],
    "guarantee": [
        "nothing",
        "its own writes",
        "key order",
        "latest",
        "all keys",
    ],
    "client": [
        "see and replay it",
        "hold it sealed",
        "keep it from us",
        "neither",
    ],
    "revoke": ["no", "yes"],
    "size": ["yes", "no", "no, megabytes"],
    "shared": ["no", "yes"],
    "retried": ["no", "harmlessly", "but must act once"],
    "deploy": ["no", "yes, it cannot move yet"],
    "outage": ["degrade", "refuse", "go on apart, merge later"],
    "traffic": ["mostly reads", "both", "fast writes", "additions"],
}
