using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Fairlead.Benchmarks.SideBySide;

/// <summary>Runs the scenarios: in each round every proxy in turn, each time a fresh process; ratios are taken within a round, so that a machine that drifts does no harm.</summary>
internal static class Runner
{
    public static int Run(string published, string[] arguments)
    {
        var (rounds, seconds) = (5, 4);
        var chosen = new List<Scenario>();
        var only = Contestant.All;
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--rounds" when i + 1 < arguments.Length:
                    rounds = int.Parse(arguments[++i], CultureInfo.InvariantCulture);
                    break;
                case "--seconds" when i + 1 < arguments.Length:
                    seconds = int.Parse(arguments[++i], CultureInfo.InvariantCulture);
                    break;
                case "--only" when i + 1 < arguments.Length:
                    var names = arguments[++i].Split(',');
                    only = [.. Contestant.All.Where(contestant => names.Contains(contestant.Name))];
                    break;
                case var name when Scenario.All.FirstOrDefault(scenario => scenario.Name == name) is { } scenario:
                    chosen.Add(scenario);
                    break;
                case var other:
                    Console.Error.WriteLine($"'{other}' is no scenario; they are: {string.Join(", ", Scenario.All.Select(static scenario => scenario.Name))}. Options: --rounds N, --seconds S, --only PROXY,…");
                    return 2;
            }
        }

        using var stage = new Stage(published);
        var results = new List<Measured>();
        foreach (var scenario in chosen.Count > 0 ? chosen : Scenario.All)
        {
            if (scenario is Scenario.StartUp)
                MeasureOrFail(stage, scenario, only[0], 0, seconds);  // the first request of this program takes longer than the proxy
            for (var round = 0; round < rounds * (scenario is Scenario.Load { RoundsTimes: var times } ? times : 1); round++)
            {
                var order = only.ToArray();
                new Random(round).Shuffle(order);                     // nobody always comes after the same
                foreach (var contestant in order.Where(contestant => round < rounds || contestant.IsClose))
                {
                    var measured = MeasureOrFail(stage, scenario, contestant, round, seconds);
                    results.Add(measured);
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{scenario.Name,-10} {round + 1} {contestant.Name,-13} {measured.Cost,9:0.00} {measured.RequestsPerSecond,8:0}/s  p99 {measured.P99Milliseconds:0.00} ms  errors {measured.Errors}"));
                }
            }
        }

        Report.Write(results, Folder(), rounds, seconds, arguments, published);
        var wrong = results.Where(static result => result.Errors > 0).Select(static result => $"{result.Proxy} in {result.Scenario}").Distinct().ToList();
        if (wrong.Count > 0)
            Console.Error.WriteLine($"not reported, because of errors: {string.Join(", ", wrong)}");
        return wrong.Count > 0 ? 1 : 0;
    }

    /// <summary>A measurement that breaks off counts as one with an error: the rest of a long run is not lost, and the scenario is not reported.</summary>
    private static Measured MeasureOrFail(Stage stage, Scenario scenario, Contestant contestant, int round, int seconds)
    {
        try
        {
            return Measure(stage, scenario, contestant, round, seconds);
        }
        catch (Exception failed) when (failed is InvalidOperationException or SocketException or IOException or IndexOutOfRangeException or FormatException)
        {
            Console.Error.WriteLine(failed.Message);
            return new Measured(scenario.Name, contestant.Name, round, 0, 0, 0, 0, 0, 1, 0);
        }
    }

    private static Measured Measure(Stage stage, Scenario scenario, Contestant contestant, int round, int seconds)
    {
        var (http, tls) = (Stage.FreePort(), Stage.FreePort());
        var clock = Stopwatch.StartNew();
        using var proxy = contestant.Launch(stage, http, tls, scenario is Scenario.Load load ? load.Policy : "round-robin");
        if (scenario is not Scenario.StartUp)
        {
            Stage.WaitFor(http, proxy);
            Stage.WaitToConnect(tls, proxy);
        }

        return scenario switch
        {
            Scenario.Load asked => Loaded(asked, contestant, round, seconds, asked.IsTls ? tls : http, proxy),
            Scenario.StartUp { IsTls: true } => Plain(scenario, contestant, round, Stage.WaitForTls(tls, proxy, clock).TotalMilliseconds, proxy),
            Scenario.StartUp => Plain(scenario, contestant, round, Stage.WaitFor(http, proxy, clock).TotalMilliseconds, proxy),
            Scenario.AtRest => Plain(scenario, contestant, round, AtRest(proxy) / 1024.0, proxy),
            Scenario.IdleConnections idle => Plain(scenario, contestant, round, Idle(idle, http, proxy), proxy),
            _ => throw new UnreachableException(),
        };
    }

    private static Measured Loaded(Scenario.Load load, Contestant contestant, int round, int seconds, int port, PinnedProcess proxy)
    {
        load.Ask(load, port, contestant.WarmUpSeconds);
        var before = proxy.CpuMicroseconds;
        var run = load.Ask(load, port, seconds);
        var cpu = proxy.CpuMicroseconds - before;
        return new Measured(
            load.Name, contestant.Name, round, run.Requests == 0 ? 0 : cpu / run.Requests, run.Requests == 0 ? 0 : run.Requests / run.Seconds, run.P50Milliseconds, run.P99Milliseconds, run.P999Milliseconds, run.Errors, proxy.PeakKiB);
    }

    private static Measured Plain(Scenario scenario, Contestant contestant, int round, double cost, PinnedProcess proxy) =>
        new(scenario.Name, contestant.Name, round, cost, 0, 0, 0, 0, 0, proxy.PeakKiB);

    /// <summary>Resident memory once it no longer changes.</summary>
    private static long AtRest(PinnedProcess proxy)
    {
        var last = -1L;
        for (var i = 0; i < 50; i++)
        {
            var now = proxy.ResidentKiB;
            if (now == last)
                break;
            last = now;
            Thread.Sleep(200);                                        // nothing tells when another process has settled
        }

        return last;
    }

    /// <summary>Each connection asked once and then left open.</summary>
    private static double Idle(Scenario.IdleConnections idle, int port, PinnedProcess proxy)
    {
        var sockets = new List<Socket>();
        var answer = new byte[4096];
        try
        {
            Open(sockets, 64, port, answer);                          // what the first connections set up is not theirs
            var before = AtRest(proxy);
            Open(sockets, idle.Count, port, answer);
            return (AtRest(proxy) - before) / (double)idle.Count;
        }
        finally
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }
    }

    private static void Open(List<Socket> sockets, int count, int port, byte[] answer)
    {
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 10_000 };
            sockets.Add(socket);
            socket.Connect(IPAddress.Loopback, port);
            socket.Send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8);
            if (socket.Receive(answer) == 0)
                throw new InvalidOperationException("a connection was closed");
        }
    }

    private static string Folder([CallerFilePath] string thisFile = "") => Path.GetDirectoryName(thisFile)!;
}
