using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;
using Fairlead.Shell.Tests.Origins;

namespace Fairlead.Shell.Tests.Story;

/// <summary>What is done while clients ask, and what it excuses: without <see cref="FailsPosts"/> nothing may fail, without <see cref="CutsAnswers"/> no answer may break off.</summary>
internal sealed record FaultPhase(string Name, Func<Task> Begin)
{
    /// <summary>What ends the fault; requests sent before are waited for.</summary>
    public Func<Task> Heal { get; init; } = static () => Task.CompletedTask;

    public bool FailsPosts { get; init; }

    public bool CutsAnswers { get; init; }

    /// <summary>True when it proves nothing unless some requests were tried again.</summary>
    public bool MustRetry { get; init; }
}

/// <summary>A proxy before origins that can die: the first one never does, unless all do and a fourth serves alone.</summary>
internal sealed class FaultScene : IAsyncDisposable
{
    /// <summary>Longer than an honest origin makes anybody wait on a busy machine, and short enough that a story of stopped ones ends.</summary>
    private const int AttemptMs = 2_000;

    /// <summary>Longer than the first checks of a process that has just taken over take on a busy machine: all of them start together, and one that is late takes its backend down.</summary>
    private const int CheckMs = 3_000;

    private const int PairsEach = 6;

    /// <summary>What a record grows by when some ten requests have met their origin.</summary>
    private const int MetBytes = 100;

    private readonly TestFolder _folder = new();
    private readonly TestCertificates _certificates = new();
    private readonly IssuedCertificate _certificate;
    private readonly FaultOrigin[] _usual;
    private readonly FaultOrigin _spare;
    private readonly Random _random;
    private FairleadProcess? _fairlead;

    public FaultScene(int seed)
    {
        _random = new Random(seed);
        _certificate = _certificates.Server("a.test");
        _usual = [.. new[] { "a", "b", "c" }.Select(name => new FaultOrigin(name, _folder))];
        _spare = new FaultOrigin("d", _folder);
    }

    public FairleadProcess Fairlead => _fairlead!;

    public IReadOnlyList<FaultOrigin> Origins => [.. _usual, _spare];

    public async Task StartAsync()
    {
        await Task.WhenAll(Origins.Select(static origin => origin.StartAsync()));
        _fairlead = await FairleadProcess.RunAsync(To(_usual));
    }

    /// <summary>Every kind of fault, each healed before the next; who is struck is a matter of the seed.</summary>
    public IReadOnlyList<FaultPhase> Phases() =>
    [
        new("quiet", static () => Task.CompletedTask),
        Killed(Victim()),
        new("started again", static () => Task.CompletedTask),
        Stopped(Victim()),
        Slow(Victim()),
        Hanging(Victim()),
        Resetting(Victim()),
        Breaking(Victim()),
        HangingUp(Victim()),
        Replaced(Victim()),
        new("put back", () => ReloadAsync(_usual)),
        .. RemovedAndKilled(Victim()),
        .. AllReplacedAndKilled(),
        new("upgraded", UpgradeAsync),
        .. UpgradedWhileKilled(Victim()),
    ];

    /// <summary>For long runs: the proxy upgraded while a backend is stopped, and any two faults at once.</summary>
    public IEnumerable<FaultPhase> Pairs()
    {
        yield return UpgradedWhileStopped(Victim());
        for (var i = 0; i < PairsEach; i++)
        {
            var (one, other) = (Any(_usual[1]), Any(_usual[2]));
            yield return new($"{one.Name} + {other.Name}", () => Task.WhenAll(one.Begin(), other.Begin()))
            {
                Heal = () => Task.WhenAll(one.Heal(), other.Heal()),
                FailsPosts = one.FailsPosts || other.FailsPosts,
                CutsAnswers = one.CutsAnswers || other.CutsAnswers,
                MustRetry = one.MustRetry || other.MustRetry,
            };
        }
    }

    private FaultPhase Any(FaultOrigin victim) => _random.Next(7) switch
    {
        0 => Killed(victim),
        1 => Stopped(victim),
        2 => Slow(victim),
        3 => Hanging(victim),
        4 => Resetting(victim),
        5 => Breaking(victim),
        _ => HangingUp(victim),
    };

    private FaultOrigin Victim() => _usual[_random.Next(1, _usual.Length)];

    private FaultPhase Killed(FaultOrigin victim) => new("killed", () => StrikeAsync(victim, victim.KillAsync))
    {
        Heal = () => Sees("-> up", victim, victim.StartAsync),
        FailsPosts = true,
        CutsAnswers = true,
        MustRetry = true,
    };

    private FaultPhase Stopped(FaultOrigin victim) => new("stopped", () => StrikeAsync(victim, () =>
    {
        victim.Stop();
        return Task.CompletedTask;
    }))
    {
        Heal = () => Sees("-> up", victim, victim.Continue),
        FailsPosts = true,
        MustRetry = true,
    };

    private static FaultPhase Slow(FaultOrigin victim) => new("slow", () => BehaveAsync(victim, Manner.Waits, TimeSpan.FromMilliseconds(AttemptMs / 10))) { Heal = () => victim.BehaveAsync(Manner.Well) };

    private static FaultPhase Hanging(FaultOrigin victim) => new("too slow", () => BehaveAsync(victim, Manner.Waits, TimeSpan.FromMilliseconds(AttemptMs * 2)))
    {
        Heal = () => victim.BehaveAsync(Manner.Well),
        FailsPosts = true,
        MustRetry = true,
    };

    private static FaultPhase Resetting(FaultOrigin victim) => new("reset in the head", () => BehaveAsync(victim, Manner.ResetsInHead))
    {
        Heal = () => victim.BehaveAsync(Manner.Well),
        FailsPosts = true,
        MustRetry = true,
    };

    private static FaultPhase Breaking(FaultOrigin victim) => new("reset in the body", () => BehaveAsync(victim, Manner.ResetsInBody))
    {
        Heal = () => victim.BehaveAsync(Manner.Well),
        FailsPosts = true,
        CutsAnswers = true,
    };

    private static FaultPhase HangingUp(FaultOrigin victim) => new("hung up after answers", () => BehaveAsync(victim, Manner.HangsUp))
    {
        Heal = () => victim.BehaveAsync(Manner.Well),
        FailsPosts = true,
    };

    private FaultPhase Replaced(FaultOrigin victim) => new("one removed, one added", () => ReloadAsync([.. _usual.Where(origin => origin != victim), _spare]));

    private IEnumerable<FaultPhase> RemovedAndKilled(FaultOrigin victim) =>
    [
        new("removed and killed", async () =>
        {
            await ReloadAsync([.. _usual.Where(origin => origin != victim), _spare]);
            await victim.KillAsync();
        })
        { FailsPosts = true, CutsAnswers = true },
        new("put back alive", async () =>
        {
            await victim.StartAsync();
            await ReloadAsync(_usual);
        }),
    ];

    private IEnumerable<FaultPhase> AllReplacedAndKilled() =>
    [
        new("all replaced and killed", async () =>
        {
            await Task.WhenAll(_usual.Select(static origin => origin.BehaveAsync(Manner.Waits, TimeSpan.FromMilliseconds(AttemptMs * 2))));   // requests are there when they die
            var before = _spare.Seen().Count();
            await ReloadAsync([_spare]);
            await Eventually.True(() => _spare.Seen().Count() > before, "the only backend left to be asked");
            await Task.WhenAll(_usual.Select(static origin => origin.KillAsync()));
        })
        { FailsPosts = true, CutsAnswers = true, MustRetry = true },
        new("all put back", async () =>
        {
            await Task.WhenAll(_usual.Select(static origin => origin.StartAsync()));
            await ReloadAsync(_usual);
        }),
    ];

    private IEnumerable<FaultPhase> UpgradedWhileKilled(FaultOrigin victim) =>
    [
        new("upgraded while killed", () => Task.WhenAll(UpgradeAsync(), victim.KillAsync())) { FailsPosts = true, CutsAnswers = true, MustRetry = true },
        new("alive again", () => Sees("-> up", victim, victim.StartAsync)),
    ];

    private FaultPhase UpgradedWhileStopped(FaultOrigin victim) => new("upgraded while stopped", async () =>
    {
        await Sees("-> down", victim, victim.Stop);
        await Sees("-> down", victim, UpgradeAsync);                 // the new process has to find out by itself
    })
    {
        Heal = () => Sees("-> up", victim, victim.Continue),
        FailsPosts = true,
        MustRetry = true,
    };

    /// <summary>Kills or stops one that requests go to, and waits until the health checks have seen it.</summary>
    private async Task StrikeAsync(FaultOrigin victim, Func<Task> strike)
    {
        await UsedAsync(victim);
        await Sees("-> down", victim, strike);
    }

    /// <summary>Makes it behave like that, and waits until requests have met it: after another fault it may still be ejected.</summary>
    private static async Task BehaveAsync(FaultOrigin victim, Manner manner, TimeSpan wait = default)
    {
        await victim.BehaveAsync(manner, wait);
        await UsedAsync(victim);
    }

    private static Task UsedAsync(FaultOrigin origin)
    {
        var before = origin.SeenBytes;
        return Eventually.True(() => origin.SeenBytes > before + MetBytes, $"origin {origin.Name} to be used");
    }

    private async Task UpgradeAsync()
    {
        var before = Fairlead.Successors;
        Fairlead.Upgrade();
        await Eventually.True(() => Fairlead.Successors.Count > before.Count, "the upgrade");
        if (before is [.., var last])
            await FairleadProcess.GoneAsync(last);
        else
            Assert.Equal(0, await Fairlead.GoneAsync());
    }

    private async Task ReloadAsync(IReadOnlyList<FaultOrigin> origins)
    {
        var before = Reloads();
        Fairlead.Reload(To(origins));
        await Eventually.True(() => Reloads() > before, "the reload");

        int Reloads() => Fairlead.Error.Count(static line => line.StartsWith("fairlead: reloaded ", StringComparison.Ordinal));
    }

    private Task Sees(string verdict, FaultOrigin origin, Action done) => Sees(verdict, origin, () =>
    {
        done();
        return Task.CompletedTask;
    });

    /// <summary>Does it, and waits until the health checks have seen that.</summary>
    private async Task Sees(string verdict, FaultOrigin origin, Func<Task> done)
    {
        var before = Verdicts();
        await done();
        await Eventually.True(() => Verdicts() > before, $"{origin.Name} {verdict}");

        int Verdicts() => Fairlead.Error.Count(line => line.Contains(origin.Address + ": ", StringComparison.Ordinal) && line.Contains(verdict, StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        if (_fairlead is not null)
            await _fairlead.DisposeAsync();
        foreach (var origin in Origins)
            await origin.DisposeAsync();
        _certificates.Dispose();
        _folder.Dispose();
    }

    private string To(IReadOnlyList<FaultOrigin> origins) => FormattableString.Invariant($$"""
        listeners: [ { bind: "127.0.0.1:0" }, { bind: "127.0.0.2:0", tls: { certificate: "{{_certificate.CertificateFile}}", key: "{{_certificate.KeyFile}}" } } ]
        upstreams:
          app:
            backends: [ {{string.Join(", ", origins.Select(static origin => $"\"{origin.Address}\""))}} ]
            retry: { attempts: 4, on: [ reset, response-timeout ], attempt-timeout: {{AttemptMs}}ms, budget: off, back-off: { base: 5ms } }
            health: { http: { path: /health }, every: 200ms, timeout: {{CheckMs}}ms }
            outlier: { ejection: 500ms, every: 500ms, max-ejected: 50% }
            timeouts: { connect: {{AttemptMs}}ms }
        routes: [ { to: app } ]
        """);
}
