using System;
using System.Collections.Generic;
using System.Collections.Immutable;

namespace Fairlead.Tls;

/// <summary>
/// Which of a listener's certificates a client is shown, by the name it asks for (RFC 6066 §3): the first one that names it exactly, then the first with a wildcard for it,
/// then certificate 0. A wildcard stands for one whole label, the leftmost (RFC 9525 §6.3). Case and one trailing dot do not matter.
/// </summary>
public sealed class CertificateChoice
{
    /// <summary>What <see cref="Choose"/> answers when the client is to be refused.</summary>
    public const int None = -1;

    private readonly Dictionary<string, int> _exact = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _below = new(StringComparer.OrdinalIgnoreCase);
    private readonly bool _isStrict;

    /// <summary>
    /// <paramref name="names"/>: the DNS names of each certificate (subjectAltName), in the order of the certificates. <paramref name="isStrict"/> refuses whoever asks for a name that none has, or for none.
    /// </summary>
    public CertificateChoice(ImmutableArray<ImmutableArray<string>> names, bool isStrict)
    {
        _isStrict = isStrict;
        for (var i = 0; i < names.Length; i++)
        {
            foreach (var name in names[i])
            {
                if (name.StartsWith("*.", StringComparison.Ordinal))
                    _below.TryAdd(Undotted(name[2..]), i);
                else if (name.Length > 0)
                    _exact.TryAdd(Undotted(name), i);
            }
        }

        IsConstant = names.Length <= 1 && !isStrict;
    }

    /// <summary>True when every client is shown certificate 0: nobody need be asked.</summary>
    public bool IsConstant { get; }

    /// <summary>The number of the certificate for <paramref name="serverName"/> (null or empty: the client did not say), or <see cref="None"/>.</summary>
    public int Choose(string? serverName)
    {
        var name = Undotted(serverName ?? "");
        if (_exact.TryGetValue(name, out var found))
            return found;
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0 && _below.TryGetValue(name[(dot + 1)..], out found))
            return found;
        return _isStrict ? None : 0;
    }

    private static string Undotted(string name) => name.EndsWith('.') ? name[..^1] : name;
}
