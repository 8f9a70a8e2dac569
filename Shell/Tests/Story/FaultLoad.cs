using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Story;

/// <summary>
/// Clients that send numbered requests without a pause, each in its own way (<see cref="FaultHabits"/>), and tell what became of each. A GET or PUT whose answer was cut
/// is sent again by its client, as it may; nothing else is.
/// </summary>
internal sealed class FaultLoad : IAsyncDisposable
{
    public const int Clients = 64;

    private const int TriesMax = 20;

    private readonly FairleadProcess _fairlead;
    private readonly ConcurrentQueue<Told> _told = new();
    private readonly List<Task> _clients = [];
    private readonly long[] _underWay = new long[Clients];
    private long _sent;
    private long _ended;
    private volatile string _phase;
    private volatile bool _isOver;

    public FaultLoad(FairleadProcess fairlead, int seed, string phase)
    {
        (_fairlead, _phase) = (fairlead, phase);
        for (var i = 0; i < Clients; i++)
        {
            var client = i;
            _clients.Add(Task.Run(() => AskAsync(client, new Random(seed * Clients + client))));
        }
    }

    /// <summary>How many numbers were given out: each from 1 on is told of.</summary>
    public long Sent => Volatile.Read(ref _sent);

    public IReadOnlyList<Told> Told => [.. _told];

    /// <summary>Waits for so many more requests to end.</summary>
    public Task MoreAsync(int count)
    {
        var from = Volatile.Read(ref _ended);
        return Eventually.True(() => Volatile.Read(ref _ended) >= from + count, "requests to end");
    }

    /// <summary>Waits until every request that has been sent by now has ended.</summary>
    public Task SettleAsync()
    {
        var last = Sent;
        return Eventually.True(() => _underWay.All(one => one == 0 || one > last), "the requests under way to end");
    }

    /// <summary>What ends from now on belongs to that phase.</summary>
    public void Enter(string phase) => _phase = phase;

    /// <summary>Lets each client finish its request.</summary>
    public async Task EndAsync()
    {
        _isOver = true;
        await Task.WhenAll(_clients).Within(what: "the clients to end");
    }

    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        await Task.WhenAll(_clients).ContinueWith(static _ => { }, TaskScheduler.Default).Within(what: "the clients to end");
    }

    private async Task AskAsync(int client, Random random)
    {
        var habits = FaultHabits.Of(client);
        FaultClient? connection = null;
        while (!_isOver)
        {
            Volatile.Write(ref _underWay[client], -1);                // on its way to a number
            var number = Interlocked.Increment(ref _sent);
            Volatile.Write(ref _underWay[client], number);
            var method = random.Next(4) switch { 0 or 1 => "GET", 2 => "PUT", _ => "POST" };
            var inPieces = random.Next(4) == 0;
            for (var tries = 1; ; tries++)
            {
                Told told;
                try
                {
                    connection ??= await FaultClient.OpenAsync(_fairlead, habits);
                    told = await connection.AskAsync(number, method, inPieces);
                }
                catch (Exception none)
                {
                    told = new Told(number, method, "", Fate.Wrong, Why: $"{none.GetType().Name}: {none.Message}");
                }

                _told.Enqueue(told with { Phase = _phase });
                if (connection is { IsOver: true } || told.Fate is Fate.Cut or Fate.Wrong)
                {
                    connection?.Dispose();
                    connection = null;
                }

                if (!told.MayBeSentAgain || tries == TriesMax)
                    break;
            }

            Interlocked.Increment(ref _ended);
            Volatile.Write(ref _underWay[client], 0);
        }

        connection?.Dispose();
    }
}
