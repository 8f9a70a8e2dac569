using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.Benchmarks.Soak;

/// <summary>Clients that ask without a pause, each a kind of traffic drawn anew. Whatever does not come as it must is kept.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    private const int Clients = 8;

    /// <summary>Told at most; one is a failure already.</summary>
    private const int UnexpectedMax = 20;

    private readonly IReadOnlyList<Kind> _kinds;
    private readonly List<Task> _clients = [];
    private readonly ConcurrentQueue<string> _unexpected = new();
    private readonly ConcurrentDictionary<string, int> _done = new();
    private int _requests;
    private int _unexpectedCount;
    private volatile bool _isOver;

    public Traffic(IReadOnlyList<Kind> kinds) => _kinds = kinds;

    public int Requests => Volatile.Read(ref _requests);

    public int UnexpectedCount => Volatile.Read(ref _unexpectedCount);

    public IReadOnlyList<string> Unexpected => [.. _unexpected];

    /// <summary>How often each kind came to its end.</summary>
    public IReadOnlyDictionary<string, int> Done => _done;

    /// <summary>Each kind once, so that whatever is made at first use is there.</summary>
    public async Task EachOnceAsync()
    {
        var random = new Random(1);
        foreach (var kind in _kinds)
            await DoAsync(kind, random);
    }

    public void Begin()
    {
        for (var seed = 1; seed <= Clients; seed++)
        {
            var random = new Random(seed);
            _clients.Add(Task.Run(() => AskAsync(random)));
        }
    }

    public async Task EndAsync()
    {
        _isOver = true;
        await Task.WhenAll(_clients);
    }

    public async ValueTask DisposeAsync() => await EndAsync();

    private async Task AskAsync(Random random)
    {
        var weights = _kinds.Sum(static kind => kind.Weight);
        while (!_isOver)
        {
            var drawn = random.Next(weights);
            await DoAsync(_kinds.First(kind => (drawn -= kind.Weight) < 0), random);
        }
    }

    private async Task DoAsync(Kind kind, Random random)
    {
        try
        {
            Interlocked.Add(ref _requests, await kind.DoAsync(random));
            _done.AddOrUpdate(kind.Name, 1, static (_, count) => count + 1);
        }
        catch (Exception e) when (e is IOException or SocketException or TimeoutException or OperationCanceledException or UnexpectedAnswerException or InvalidDataException
            or System.Security.Authentication.AuthenticationException)
        {
            if (Interlocked.Increment(ref _unexpectedCount) <= UnexpectedMax)
                _unexpected.Enqueue($"{kind.Name}: {e.GetType().Name}: {e.Message}");
        }
    }
}

/// <summary>A kind of traffic: how often it comes, and what a client does, which gives the number of requests it made.</summary>
internal sealed record Kind(string Name, int Weight, Func<Random, Task<int>> DoAsync);

/// <summary>An answer came that is not the one that must come.</summary>
internal sealed class UnexpectedAnswerException(string message) : Exception(message);
