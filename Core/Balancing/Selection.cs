namespace Fairlead.Balancing;

/// <summary>What to do with a request; <paramref name="Index"/> is the candidate for <see cref="SelectionKind.Chosen"/> and <see cref="SelectionKind.Stuck"/>, else <see cref="Picker.None"/>.</summary>
public readonly record struct Selection(SelectionKind Kind, int Index)
{
    /// <summary>True when there is a candidate to send the request to.</summary>
    public bool HasCandidate => Kind is SelectionKind.Chosen or SelectionKind.Stuck;
}

/// <summary>What to do with a request.</summary>
public enum SelectionKind : byte
{
    /// <summary>No candidate may be used: 503.</summary>
    NoneAvailable = 0,

    /// <summary>Every candidate that may be used was tried already.</summary>
    AllTried,

    /// <summary>Send it to the candidate the policy chose.</summary>
    Chosen,

    /// <summary>Send it to the candidate the client's cookie names.</summary>
    Stuck,

    /// <summary>All that may be used are full and the queue has room: wait for one to be free.</summary>
    Wait,

    /// <summary>All that may be used are full and so is the queue: 503.</summary>
    QueueFull,

    /// <summary>The client's cookie names a candidate that cannot be used, and the settings say to refuse: 503.</summary>
    StickyGone,
}
