using System;
using System.Text;
using Fairlead.Resilience;

namespace Fairlead.Proxy;

/// <summary>One try at a backend: which, and how it ended; <see cref="Status"/> is the backend's answer, 0 when there was none.</summary>
public readonly record struct Attempt(HttpPeer Peer, Outcome Outcome, int Status);

/// <summary>The tries of one exchange, in order; read it as text (<c>10.0.0.1:80:refused,10.0.0.2:80:200</c>) or one by one.</summary>
public sealed class AttemptList
{
    /// <summary>Tries that are remembered; a retry limit is far below.</summary>
    private const int Max = 32;

    private readonly Attempt[] _attempts = new Attempt[Max];

    internal AttemptList()
    {
    }

    /// <summary>How many there were.</summary>
    public int Count { get; private set; }

    /// <summary>The try number <paramref name="index"/>, from 0.</summary>
    public Attempt this[int index] => index < Count ? _attempts[index] : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>The last one, or default when nothing was tried.</summary>
    public Attempt Last => Count == 0 ? default : _attempts[Count - 1];

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (var i = 0; i < Count; i++)
        {
            if (i > 0)
                text.Append(',');
            text.Append(_attempts[i].Peer.Text).Append(':');
            if (_attempts[i].Status > 0)
                text.Append(_attempts[i].Status);
            else
                text.Append(Outcomes.NameOf(_attempts[i].Outcome));
        }

        return text.ToString();
    }

    internal void Add(HttpPeer peer, Outcome outcome, int status)
    {
        if (Count == Max)
            Count--;
        _attempts[Count++] = new Attempt(peer, outcome, status);
    }

    /// <summary>Takes the last one back: what it answered turned out to be no answer.</summary>
    internal void RemoveLast() => Count--;

    internal void Clear()
    {
        Array.Clear(_attempts, 0, Count);
        Count = 0;
    }
}
