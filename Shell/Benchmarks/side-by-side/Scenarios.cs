using System;
using System.Collections.Generic;

namespace Fairlead.Benchmarks.SideBySide;

/// <summary>What is measured. A load is what a generator sends; the others are done by the runner itself.</summary>
internal abstract record Scenario(string Name, string Title)
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new Load("small", "small keep-alive, 64 connections", 64, "/", Wrk("report.lua")) { RoundsTimes = 6 },
        new Load("small-16", "small keep-alive, 16 connections", 16, "/", Wrk("report.lua")),
        new Load("small-512", "small keep-alive, 512 connections", 512, "/", Wrk("report.lua")),
        new Load("ketama", "small keep-alive, Ketama policy (the others: round robin)", 64, "/", Wrk("report.lua")) { Policy = "{ ketama: { key: uri } }" },
        new Load("close", "new connection a request", 64, "/", Wrk("close.lua")),
        new Load("64k", "64 KiB body", 64, "/64k", Wrk("report.lua")) { BodyBytes = 64 * 1024 },
        new Load("1m", "1 MiB body", 16, "/1m", Wrk("report.lua")) { BodyBytes = 1024 * 1024 },
        new Load("upload", "64 KiB upload", 64, "/upload", Wrk("upload.lua")),
        new Load("tls", "TLS keep-alive", 64, "/", Wrk("report.lua")) { IsTls = true },
        new Load("handshake", "TLS, full handshake a request", 64, "/", Generators.Ab) { IsTls = true, RoundsTimes = 3 },
        new Load("resumed", "TLS, resumed session a request", 64, "/", Wrk("close.lua")) { IsTls = true },
        new IdleConnections("idle", "4,000 idle connections, KiB each", 4_000),
        new StartUp("start", "start to first response, ms"),
        new StartUp("start-tls", "start to first response over TLS, ms") { IsTls = true },
        new AtRest("rest", "resident memory at rest, MiB"),
    ];

    private static Func<Load, int, int, Counted> Wrk(string script) => (load, port, seconds) => Generators.Wrk(load, script, port, seconds);

    internal sealed record Load(string Name, string Title, int Connections, string Path, Func<Load, int, int, Counted> Ask) : Scenario(Name, Title)
    {
        public bool IsTls { get; init; }

        /// <summary>
        /// How often the usual number of rounds those have that are close (<see cref="Contestant.IsClose"/>): a 99th percentile varies more from start to start than what a request costs, and small ones
        /// are compared by it, too; and what a handshake costs varies with what else the machine does.
        /// </summary>
        public int RoundsTimes { get; init; } = 1;

        /// <summary>What each answer has at least: a generator counts answers whatever is in them.</summary>
        public int BodyBytes { get; init; } = "hello, world\n".Length;

        /// <summary>Of Fairlead; the others stay with round robin.</summary>
        public string Policy { get; init; } = "round-robin";
    }

    internal sealed record IdleConnections(string Name, string Title, int Count) : Scenario(Name, Title);

    internal sealed record StartUp(string Name, string Title) : Scenario(Name, Title)
    {
        public bool IsTls { get; init; }
    }

    internal sealed record AtRest(string Name, string Title) : Scenario(Name, Title);
}

/// <summary>What one round of one scenario measured of one proxy. <paramref name="Cost"/> is what is compared: CPU microseconds a request, KiB a connection, ms, MiB; less is better.</summary>
internal sealed record Measured(
    string Scenario, string Proxy, int Round, double Cost, double RequestsPerSecond, double P50Milliseconds, double P99Milliseconds, double? P999Milliseconds, long Errors, long PeakKiB)
{
    /// <summary>How much of its core the proxy used, in percent: one that waits for the generator has another latency than one that has none left.</summary>
    public double BusyPercent => Cost * RequestsPerSecond / 1e4;
}
