using System.Collections.Generic;

namespace Fairlead.Benchmarks.SideBySide;

/// <summary>What is measured. A load is what wrk sends; the others are done by the runner itself.</summary>
internal abstract record Scenario(string Name, string Title)
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new Load("small", "small keep-alive, 64 connections", 64, "/", "report.lua"),
        new Load("small-16", "small keep-alive, 16 connections", 16, "/", "report.lua"),
        new Load("small-512", "small keep-alive, 512 connections", 512, "/", "report.lua"),
        new Load("ketama", "small keep-alive, Ketama policy", 64, "/", "report.lua") { Policy = "{ ketama: { key: uri } }" },
        new Load("close", "new connection a request", 64, "/", "close.lua"),
        new Load("64k", "64 KiB body", 64, "/64k", "report.lua"),
        new Load("1m", "1 MiB body", 16, "/1m", "report.lua"),
        new Load("upload", "64 KiB upload", 64, "/", "upload.lua"),
        new Load("tls", "TLS keep-alive", 64, "/", "report.lua") { IsTls = true },
        new Load("handshake", "TLS, new handshake a request", 64, "/", "close.lua") { IsTls = true },
        new IdleConnections("idle", "4,000 idle connections, KiB each", 4_000),
        new StartUp("start", "start to first response, ms"),
        new AtRest("rest", "resident memory at rest, MiB"),
    ];

    internal sealed record Load(string Name, string Title, int Connections, string Path, string Script) : Scenario(Name, Title)
    {
        public bool IsTls { get; init; }

        /// <summary>Of Fairlead; the others stay with round robin.</summary>
        public string Policy { get; init; } = "round-robin";
    }

    internal sealed record IdleConnections(string Name, string Title, int Count) : Scenario(Name, Title);

    internal sealed record StartUp(string Name, string Title) : Scenario(Name, Title);

    internal sealed record AtRest(string Name, string Title) : Scenario(Name, Title);
}

/// <summary>What one round of one scenario measured of one proxy. <paramref name="Cost"/> is what is compared: CPU microseconds a request, KiB a connection, ms, MiB; less is better.</summary>
internal sealed record Measured(
    string Scenario, string Proxy, int Round, double Cost, double RequestsPerSecond, double P50Milliseconds, double P99Milliseconds, double P999Milliseconds, long Errors, long PeakKiB);
